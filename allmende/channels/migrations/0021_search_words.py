"""Messages are found by words written once for both databases; where they are not written yet, as before, by title and text.

On SQLite both kinds have an index of their own; on PostgreSQL they share one column, which a trigger fills. Nothing is
rewritten: `channels.write_search_words` reaches the old rows one after another.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import allmende.channels.models.messages

TABLE, INDEX, OLD_INDEX = "channels_message", "channels_message_words_fts", "channels_message_fts"
TITLE_OR_TEXT = "(NEW.title IS NOT OLD.title OR NEW.text IS NOT OLD.text)"
OTHER_WORDS = "NEW.search_words IS NOT OLD.search_words"
FORGET_WORDS = f"""INSERT INTO {INDEX}({INDEX}, rowid, search_words)
    SELECT 'delete', OLD.id, OLD.search_words WHERE OLD.search_words IS NOT NULL;"""
KEEP_WORDS = f"""INSERT INTO {INDEX}(rowid, search_words)
    SELECT NEW.id, NEW.search_words WHERE NEW.search_words IS NOT NULL;"""
FORGET_TEXT = f"""INSERT INTO {OLD_INDEX}({OLD_INDEX}, rowid, title, text)
    SELECT 'delete', OLD.id, OLD.title, OLD.text WHERE OLD.search_words IS NULL;"""
KEEP_TEXT = f"""INSERT INTO {OLD_INDEX}(rowid, title, text)
    SELECT NEW.id, NEW.title, NEW.text WHERE NEW.search_words IS NULL;"""
SQLITE = [
    f"""CREATE VIRTUAL TABLE {INDEX} USING fts5(search_words, content='{TABLE}', content_rowid='id',
        tokenize='ascii tokenchars ''#@''', detail=none, columnsize=0)""",
    *(f"DROP TRIGGER {OLD_INDEX}_{what}" for what in ("insert", "delete", "update")),
    f"""CREATE TRIGGER {TABLE}_found AFTER INSERT ON {TABLE} BEGIN {KEEP_WORDS} {KEEP_TEXT} END""",
    f"""CREATE TRIGGER {TABLE}_unfound AFTER DELETE ON {TABLE} BEGIN {FORGET_WORDS} {FORGET_TEXT} END""",
    f"""CREATE TRIGGER {TABLE}_found_anew AFTER UPDATE OF title, text, search_words ON {TABLE}
        WHEN {OTHER_WORDS} OR (NEW.search_words IS NULL AND {TITLE_OR_TEXT})
        BEGIN {FORGET_WORDS} {FORGET_TEXT} {KEEP_WORDS} {KEEP_TEXT} END""",
    f"""CREATE TRIGGER {TABLE}_words_stale AFTER UPDATE OF title, text ON {TABLE}
        WHEN {TITLE_OR_TEXT} AND NEW.search_words IS NOT NULL AND NOT {OTHER_WORDS}
        BEGIN UPDATE {TABLE} SET search_words = NULL WHERE id = NEW.id; END""",
]
POSTGRESQL = [
    f"ALTER TABLE {TABLE} ALTER COLUMN search DROP EXPRESSION",
    f"""CREATE FUNCTION {TABLE}_found() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'UPDATE' AND NEW.search_words IS NOT DISTINCT FROM OLD.search_words THEN
            IF NEW.title = OLD.title AND NEW.text = OLD.text THEN RETURN NEW; END IF;
            NEW.search_words := NULL;
        END IF;
        NEW.search := CASE WHEN NEW.search_words IS NULL THEN to_tsvector('simple', NEW.title || ' ' || NEW.text)
            ELSE array_to_tsvector(array_remove(string_to_array(NEW.search_words, ' '), '')) END;
        RETURN NEW;
    END $$""",
    f"""CREATE TRIGGER {TABLE}_found BEFORE INSERT OR UPDATE OF title, text, search_words ON {TABLE}
        FOR EACH ROW EXECUTE FUNCTION {TABLE}_found()""",
]


def find_by_words(_: object, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in SQLITE if editor.connection.vendor == "sqlite" else POSTGRESQL:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("channels", "0020_one_ear")]
    operations = [
        migrations.AddField(
            "message", "search_words", allmende.channels.models.messages.SearchWords(editable=False, null=True)
        ),
        migrations.RunPython(find_by_words, elidable=False),
    ]
