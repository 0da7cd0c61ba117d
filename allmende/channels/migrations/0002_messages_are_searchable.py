"""Full-text search over messages: FTS5 beside the table on SQLite, a generated tsvector on PostgreSQL."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SQLITE = [
    """CREATE VIRTUAL TABLE channels_message_fts USING fts5(
        title, text, content='channels_message', content_rowid='id', tokenize='unicode61 remove_diacritics 2')""",
    """CREATE TRIGGER channels_message_fts_insert AFTER INSERT ON channels_message BEGIN
        INSERT INTO channels_message_fts(rowid, title, text) VALUES (NEW.id, NEW.title, NEW.text); END""",
    """CREATE TRIGGER channels_message_fts_delete AFTER DELETE ON channels_message BEGIN
        INSERT INTO channels_message_fts(channels_message_fts, rowid, title, text)
        VALUES ('delete', OLD.id, OLD.title, OLD.text); END""",
    """CREATE TRIGGER channels_message_fts_update AFTER UPDATE OF title, text ON channels_message BEGIN
        INSERT INTO channels_message_fts(channels_message_fts, rowid, title, text)
        VALUES ('delete', OLD.id, OLD.title, OLD.text);
        INSERT INTO channels_message_fts(rowid, title, text) VALUES (NEW.id, NEW.title, NEW.text); END""",
]
POSTGRESQL = [
    """ALTER TABLE channels_message ADD COLUMN search tsvector
        GENERATED ALWAYS AS (to_tsvector('simple', title || ' ' || text)) STORED""",
    "CREATE INDEX channels_message_search ON channels_message USING gin (search)",
]


def make_searchable(_: object, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in SQLITE if editor.connection.vendor == "sqlite" else POSTGRESQL:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("channels", "0001_initial")]
    operations = [migrations.RunPython(make_searchable, elidable=False)]
