"""What the database itself refuses: other words in a guideline that was in force, and other acknowledgements of it."""

from collections.abc import Iterator

from allmende.team.migrations._barriers import Barriers, refusal, trigger_function
from allmende.team.migrations._letting_go import STANDS

WORDS = "a guideline that was in force cannot be changed; write its next version"
READ = "an acknowledgement cannot be changed"
TABLES = (
    "guidelines_guideline", "guidelines_guidelinesection", "guidelines_guidelinerule", "guidelines_acknowledgement",
    "team_workspace.rests_since",
)  # fmt: skip
# What may change once it is in force: its state, and who moved it.
_MOVES = ("state", "revision", "updated_at", "updated_by_id", "archived_at")
_SAME = (
    "id", "key", "number", "title", "addressee", "channel_id", "needs_acknowledgement", "consulted_with", "consulted_at",
    "in_force_at", "workspace_id",
)  # fmt: skip
_PARTS = {"section": "guidelines_guidelinesection", "rule": "guidelines_guidelinerule"}


def _is_kept(row: str) -> str:
    return f"EXISTS (SELECT 1 FROM guidelines_guideline g WHERE g.id = {row}.guideline_id AND g.in_force_at IS NOT NULL)"  # noqa: S608


def _sqlite() -> Iterator[str]:
    changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in _SAME)
    words = f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
    yield f"""CREATE TRIGGER guidelines_words_kept BEFORE UPDATE ON guidelines_guideline
        WHEN OLD.in_force_at IS NOT NULL AND ({changed}) {words}"""
    yield f"""CREATE TRIGGER guidelines_words_stay BEFORE DELETE ON guidelines_guideline
        WHEN OLD.in_force_at IS NOT NULL {words}"""
    for name, table in _PARTS.items():
        yield f"CREATE TRIGGER guidelines_{name}_added BEFORE INSERT ON {table} WHEN {_is_kept('NEW')} {words}"
        yield f"""CREATE TRIGGER guidelines_{name}_changed BEFORE UPDATE ON {table}
            WHEN {_is_kept("OLD")} OR {_is_kept("NEW")} {words}"""
        yield f"CREATE TRIGGER guidelines_{name}_dropped BEFORE DELETE ON {table} WHEN {_is_kept('OLD')} {words}"
    for verb in ("UPDATE", "DELETE"):
        yield f"""CREATE TRIGGER guidelines_read_{verb.lower()} BEFORE {verb} ON guidelines_acknowledgement
            BEGIN SELECT RAISE(ABORT, '{READ}'); END"""


def _postgresql() -> Iterator[str]:
    moves = " ".join(f"- '{name}'" for name in _MOVES)
    same = f"(TG_OP = 'DELETE' OR to_jsonb(NEW) {moves} <> to_jsonb(OLD) {moves})"
    ends = "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
    yield trigger_function(
        "guidelines_words_kept", f"{refusal(f'OLD.in_force_at IS NOT NULL AND {same}', WORDS)} {ends}"
    )
    part = f"""IF TG_OP <> 'INSERT' THEN {refusal(_is_kept("OLD"), WORDS)} END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; {refusal(_is_kept("NEW"), WORDS)} RETURN NEW;"""
    yield trigger_function("guidelines_part_kept", part)
    yield trigger_function("guidelines_read_kept", refusal("TRUE", READ) + " RETURN NULL;")
    yield f"""CREATE TRIGGER guidelines_words_kept BEFORE UPDATE OR DELETE ON guidelines_guideline
        FOR EACH ROW WHEN ({STANDS}) EXECUTE FUNCTION guidelines_words_kept()"""
    for name, table in _PARTS.items():
        yield f"""CREATE TRIGGER guidelines_{name}_kept BEFORE INSERT OR UPDATE OR DELETE ON {table}
            FOR EACH ROW WHEN ({STANDS}) EXECUTE FUNCTION guidelines_part_kept()"""
    yield f"""CREATE TRIGGER guidelines_read_kept BEFORE UPDATE OR DELETE ON guidelines_acknowledgement
        FOR EACH ROW WHEN ({STANDS}) EXECUTE FUNCTION guidelines_read_kept()"""


BARRIERS = Barriers("guidelines", TABLES, _sqlite, _postgresql)
