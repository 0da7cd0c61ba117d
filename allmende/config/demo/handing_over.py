"""What only few people know at the Lotsenforum, a leave that is over, and one that is being prepared."""

from datetime import datetime, timedelta

from allmende.config.demo import words
from allmende.handover import states
from allmende.handover.actions import (
    accept_handover,
    announce_handover,
    look_back,
    move_handover,
    settle_point,
    write_note,
)
from allmende.team.models import Person


def look_back_at_leave(*, jana: Person, emre: Person, now: datetime) -> None:
    """Wiebke was away for some weeks of the summer; a month after her last day Emre said what had been missing."""
    said = words.texts(jana.workspace.language, "handover")["summer"]
    wiebke = Person.objects.get(workspace=jana.workspace, role="moderator")
    last = now + timedelta(days=12)
    handover = announce_handover(
        person=jana, leaver=wiebke, successor=emre, kind=states.LEAVE, reason=said["reason"],
        last_date=jana.workspace.day_at(last), now=now,
    )  # fmt: skip
    for point in handover.points.filter(is_settled=False):
        settle_point(person=jana, point=point, note="", is_settled=True, now=now + timedelta(days=8))
    for days, state in enumerate((states.COLLECTING, states.GAPS_CLOSED, states.JOINT_PHASE), start=8):
        handover = move_handover(person=jana, handover=handover, state=state, now=now + timedelta(days=days))
    handover = accept_handover(person=emre, handover=handover, now=last)
    look_back(person=emre, handover=handover, now=last + timedelta(days=31), **said["look"])


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
