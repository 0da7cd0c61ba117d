"""What only few people know at the Lotsenforum, and a leave that is being prepared."""

from datetime import datetime, timedelta

from allmende.config.demo import words
from allmende.handover import states
from allmende.handover.actions import announce_handover, move_handover, settle_point, write_note
from allmende.team.models import Person


def prepare_leave(*, jana: Person, emre: Person, now: datetime) -> None:
    """Answers to the interview, and the handover for a leave: the checklist is begun, most of it is open."""
    said = words.texts(jana.workspace.language, "handover")
    people = {"jana": jana, "emre": emre}
    for days, (question, text) in enumerate(said["knowledge"].items(), start=6):
        write_note(
            person=people[text["holder"]], question_key=question, answer=text["answer"], holder=people[text["holder"]],
            second=people.get(text.get("second", "")), now=now - timedelta(days=days),
        )  # fmt: skip
    announced_at = now - timedelta(days=4)
    handover = announce_handover(
        person=jana, leaver=emre, successor=jana, kind=states.LEAVE, reason=said["leave"]["reason"],
        last_date=jana.workspace.day_at(now + timedelta(days=38)), now=announced_at,
    )  # fmt: skip
    handover = move_handover(
        person=jana, handover=handover, state=states.COLLECTING, now=announced_at + timedelta(hours=2)
    )
    for kind, note in said["leave"]["points"].items():
        point = handover.points.get(kind=kind)
        settle_point(person=emre, point=point, note=note, is_settled=True, now=now - timedelta(days=2))
