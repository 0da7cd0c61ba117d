"""Roles, and the one table of rights from which code, documentation and tests come (`house.md`, keys and tenancy)."""

OWNER = "owner"
LEAD = "lead"
MANAGER = "manager"
AUTHOR = "author"
MODERATOR = "moderator"
OBSERVER = "observer"
ROLES = (OWNER, LEAD, MANAGER, AUTHOR, MODERATOR, OBSERVER)

_TABLE = """
verb                            owner lead manager author moderator observer
team.workspace.read             x     x    x       x      x         x
team.workspace.edit             x     .    .       .      .         .
team.person.invite              x     x    .       .      .         .
team.person.edit                x     .    .       .      .         .
team.hours.edit                 x     x    .       .      .         .
team.unit.edit                  x     x    x       .      .         .
team.duty.plan                  x     x    x       .      .         .
team.duty.stand                 x     x    x       x      x         .
team.absence.approve            x     x    .       .      .         .
team.guest.invite               x     x    x       .      .         .
team.audit.read                 x     x    .       .      .         .
members.member.read             x     x    x       x      x         .
members.member.edit             x     x    x       .      .         .
members.member.erase            x     x    .       .      .         .
channels.channel.read           x     x    x       x      x         x
channels.channel.edit           x     x    .       .      .         .
channels.account.connect        x     x    .       .      .         .
channels.archive.import         x     x    x       .      .         .
channels.hold.declare           x     x    x       x      x         .
channels.hold.end               x     x    x       .      .         .
channels.pause.end              x     x    .       .      .         .
channels.dispatch.settle        x     x    x       .      .         .
guidelines.plan.read            x     x    x       x      x         x
guidelines.plan.edit            x     x    x       .      .         .
guidelines.plan.agree           x     x    .       .      .         .
plan.version.read               x     x    x       x      x         x
plan.version.edit               x     x    x       .      .         .
plan.version.agree              x     x    x       .      .         .
plan.version.publish            x     x    .       .      .         .
plan.step.report                x     x    x       x      x         .
plan.decision.read              x     x    x       x      x         x
plan.decision.request           x     x    x       x      x         .
plan.decision.decide            x     x    .       .      .         .
plan.hiring.read                x     x    .       .      .         .
plan.review.hold                x     x    x       .      .         .
plan.evidence.tell              x     x    x       x      .         .
plan.value.judge                x     x    x       .      .         .
editorial.item.read             x     x    x       x      x         x
editorial.item.edit             x     x    x       x      .         .
editorial.item.approve          x     x    x       .      .         .
editorial.item.schedule         x     x    x       x      .         .
inbox.conversation.read         x     x    x       x      x         .
inbox.conversation.sort         x     x    x       .      x         .
inbox.conversation.close        x     x    x       .      x         .
inbox.reply.send                x     x    x       .      x         .
inbox.moderation.decide         x     x    x       .      x         .
crisis.incident.read            x     x    x       x      x         x
crisis.incident.declare         x     x    x       x      x         .
crisis.incident.log             x     x    x       x      x         .
crisis.incident.lead            x     x    x       .      .         .
crisis.statement.edit           x     x    x       .      .         .
behaviours.definition.read      x     x    x       x      x         x
behaviours.definition.edit      x     x    x       .      .         .
behaviours.sample.code          x     x    x       x      x         .
stakeholders.stakeholder.read   x     x    x       .      .         x
stakeholders.stakeholder.edit   x     x    x       .      .         .
stakeholders.report.compose     x     x    x       .      .         .
stakeholders.report.release     x     x    .       .      .         .
api.token.make                  x     x    x       .      .         .
api.token.oversee               x     x    .       .      .         .
handover.readiness.read         x     x    x       x      x         .
handover.note.edit              x     x    x       x      x         .
handover.transfer.lead          x     x    .       .      .         .
"""


def _read(table: str) -> dict[str, frozenset[str]]:
    head, *rows = [line.split() for line in table.strip().splitlines()]
    return {
        verb: frozenset(role for role, mark in zip(head[1:], marks, strict=True) if mark == "x")
        for verb, *marks in rows
    }


RIGHTS = _read(_TABLE)

# How a right to look at something ends
READS = ".read"

# What people from outside never do, whatever their role: decide about the team and its duty, open the house, wipe (S4-15)
INSIDE_ONLY = frozenset((
    "team.workspace.edit", "team.person.invite", "team.person.edit", "team.duty.plan", "team.absence.approve",
    "team.guest.invite", "team.audit.read", "members.member.erase", "channels.account.connect", "plan.hiring.read",
    "api.token.oversee", "handover.transfer.lead",
))  # fmt: skip

# Things somebody answers for whose names only some may read, by kind.
READ_WITH = {"stakeholder": "stakeholders.stakeholder.read"}

# ResponsibleUnit
PERSON = "person"
DEPARTMENT = "department"
WORKING_GROUP = "working_group"
EXTERNAL = "external"
UNIT_KINDS = (PERSON, DEPARTMENT, WORKING_GROUP, EXTERNAL)

EMPLOYMENTS = ("internal", "external")
ADDRESS_FORMS = ("formal", "informal")
GENDER_FORMS = ("pair", "colon", "asterisk", "neutral")
THEMES = ("system", "light", "dark")
LANGUAGES = ("de", "en")
ORIGINS = ("manual", "import", "connector", "machine_draft")
COUNTRIES = ("DE", "AT", "CH")
LOGIN_LINK_HOURS = 24

# DutyType, with the share of its time that counts as work
FULL = "full"
RESPONSE = "response"
LIGHT = "light"
STANDBY = "standby"
DUTY_KINDS = (FULL, RESPONSE, LIGHT, STANDBY)

# Shift
OPEN = "open"
ASSIGNED = "assigned"
CONFIRMED = "confirmed"
ON_DUTY = "on_duty"
HANDED_OVER = "handed_over"
DONE = "done"
SWAP_REQUESTED = "swap_requested"
SHIFT_STATES = (OPEN, ASSIGNED, CONFIRMED, ON_DUTY, HANDED_OVER, DONE, SWAP_REQUESTED)
SHIFT_MOVES = {
    OPEN: (ASSIGNED, CONFIRMED),
    ASSIGNED: (CONFIRMED, OPEN),
    CONFIRMED: (ON_DUTY, SWAP_REQUESTED, OPEN),
    SWAP_REQUESTED: (CONFIRMED, ON_DUTY, OPEN),
    ON_DUTY: (HANDED_OVER,),
    HANDED_OVER: (DONE,),
    DONE: (),
}
# Duty somebody accepted. Whoever asks for a swap stands in until a colleague took over.
ACCEPTED = (CONFIRMED, SWAP_REQUESTED, ON_DUTY, HANDED_OVER, DONE)
# What a colleague says to a swap
AGREED = "agreed"
DECLINED = "declined"
SWAP_ANSWERS = (AGREED, DECLINED)

# What the number of people rests on; what is not said here is measured or a usual value (S2-18)
ASSUMED = (
    "seat_hours", "contacts", "handling_minutes", "weekly_hours", "shrinkage", "utilisation", "strategic_hours",
    "reserve_hours", "peak_contacts", "answer_minutes", "answer_share",
)  # fmt: skip

# What has begun stays in the rota as it was.
BEGUN = (ON_DUTY, HANDED_OVER, DONE)

# What a workspace can do without (S4-26): by name, how the addresses of its pages and its rights begin.
DUTY = "duty"
MODULES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "behaviours": (("behaviours/", "content/"), ("behaviours.",)),
    "stakeholders": (("stakeholders/", "reports/"), ("stakeholders.",)),
    DUTY: (("team/rota/", "team/absences/"), ("team.duty.", "team.absence.")),
    "handover": (("handover/",), ("handover.",)),
    "links": (("links/",), ()),
    "pages": (("pages/",), ()),
    "programs": (("programs/",), ("api.",)),
}

# Absence; running and ended follow from its days
ABSENCE_KINDS = ("leave", "training", "other")
REQUESTED = "requested"
APPROVED = "approved"
COVERED = "covered"
ABSENCE_STATES = (REQUESTED, APPROVED, COVERED)

# How an expert is asked
IN_APP = "app"
BY_MAIL = "mail"
BY_TALK = "talk"
EXPERT_WAYS = (IN_APP, BY_MAIL, BY_TALK)

EXERCISE = "exercise"
TRAINING_KINDS = ("guideline", "technique", "tool", "law", EXERCISE, "strategy")
# What nobody does here without the units that gate it
DUTY_GATE = "duty"
MODERATION_GATE = "moderation"
PUBLISHING_GATE = "publishing"
CRISIS_GATE = "crisis"
GATES = (DUTY_GATE, MODERATION_GATE, PUBLISHING_GATE, CRISIS_GATE)
# TrainingRecord
REQUIRED = "required"
BOOKED = "booked"
COMPLETED = "completed"
VALID = "valid"
EXPIRED = "expired"
TRAINING_STATES = (REQUIRED, BOOKED, COMPLETED, VALID, EXPIRED)
TRAINING_MOVES = {
    REQUIRED: {BOOKED, COMPLETED, VALID},
    BOOKED: {REQUIRED, COMPLETED, VALID},
    COMPLETED: {VALID, BOOKED},
    VALID: {EXPIRED, BOOKED},
    EXPIRED: {BOOKED, COMPLETED, VALID},
}
