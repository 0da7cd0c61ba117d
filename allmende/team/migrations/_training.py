"""What the database itself refuses: a shift for somebody who lacks a unit that duty, or the cover of these hours, needs,
without an exception (S3-16)."""

from collections.abc import Iterator

from allmende.team.migrations._barriers import Barriers, refusal, trigger_function

UNTRAINED = "nobody stands duty without the training it needs"
TABLES = ("team_shift", "team_trainingunit", "team_trainingrecord", "team_trainingexception", "team_coveragerequirement")


# The rooms above count by the workspace's own day. No clock is more than twelve hours behind UTC, so that the day twelve hours
# before is never later than that one: what they let through passes here.
_SQLITE_DAY = "date(NEW.starts_at, '-12 hours')"
_POSTGRESQL_DAY = "(NEW.starts_at AT TIME ZONE 'UTC' - interval '12 hours')::date"


def _untrained(day: str) -> str:
    return f"""NEW.person_id IS NOT NULL AND NEW.archived_at IS NULL AND NEW.state IN ('assigned', 'confirmed') AND EXISTS (
        SELECT 1 FROM team_trainingunit u WHERE u.workspace_id = NEW.workspace_id AND u.archived_at IS NULL
        AND (u.gates_duty OR EXISTS (SELECT 1 FROM team_coveragerequirement c WHERE c.unit_id = u.id AND c.archived_at IS NULL
            AND (NEW.hours_id IS NULL OR c.hours_id = NEW.hours_id)))
        AND NOT EXISTS (SELECT 1 FROM team_trainingrecord r WHERE r.unit_id = u.id AND r.person_id = NEW.person_id
            AND r.archived_at IS NULL AND r.state = 'valid' AND (r.valid_until_date IS NULL OR r.valid_until_date >= {day})))
        AND NOT EXISTS (SELECT 1 FROM team_trainingexception e WHERE e.person_id = NEW.person_id AND e.gate = 'duty'
            AND e.archived_at IS NULL AND e.until_date >= {day})"""  # noqa: S608


def _sqlite() -> Iterator[str]:
    condition = _untrained(_SQLITE_DAY)
    yield f"""CREATE TRIGGER team_untrained_new BEFORE INSERT ON team_shift
        WHEN {condition} BEGIN SELECT RAISE(ABORT, '{UNTRAINED}'); END"""
    yield f"""CREATE TRIGGER team_untrained_moved BEFORE UPDATE OF person_id, hours_id ON team_shift
        WHEN (NEW.person_id IS NOT OLD.person_id OR NEW.hours_id IS NOT OLD.hours_id) AND {condition} BEGIN SELECT RAISE(ABORT, '{UNTRAINED}'); END"""


def _postgresql() -> Iterator[str]:
    condition = _untrained(_POSTGRESQL_DAY)
    yield trigger_function("team_untrained_new", f"{refusal(condition, UNTRAINED)} RETURN NEW;")
    moved = f"(NEW.person_id, NEW.hours_id) IS DISTINCT FROM (OLD.person_id, OLD.hours_id) AND {condition}"
    yield trigger_function("team_untrained_moved", f"{refusal(moved, UNTRAINED)} RETURN NEW;")
    yield """CREATE TRIGGER team_untrained_new BEFORE INSERT ON team_shift
        FOR EACH ROW EXECUTE FUNCTION team_untrained_new()"""
    yield """CREATE TRIGGER team_untrained_moved BEFORE UPDATE OF person_id, hours_id ON team_shift
        FOR EACH ROW EXECUTE FUNCTION team_untrained_moved()"""


BARRIERS = Barriers("team_untrained", TABLES, _sqlite, _postgresql)
