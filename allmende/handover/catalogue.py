"""What this room ships: the interview on unwritten knowledge, the first days, the words of its states."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from allmende.handover import states

Words = str | Promise

# The interview: what is rarely written anywhere, and missed first.
QUESTIONS: dict[str, Words] = {
    "regulars": _("Which members carry the community, and how does one speak with each of them?"),
    "conflicts": _("Which old conflicts and sore points must a newcomer know?"),
    "rituals": _("What happens every week or month without standing in a calendar?"),
    "allies": _("Who in the house helps at once, and whom does one have to win first?"),
    "promises": _("What have we promised to whom, in words only?"),
    "emergency": _("What do you do first when it burns, and whom do you call?"),
    "tools": _("Which tools, files and log-ins are used beside Allmende, and where are they?"),
    "costs": _("Which contracts run, what do they cost, when can they be ended?"),
    "failed": _("What was tried and did not work, and why?"),
    "mistakes": _("What does everybody do wrong at first?"),
}
# Answered for everybody by the person who leaves: what a checklist cannot know.
BY_HAND: tuple[tuple[str, Words], ...] = (
    (states.FORMAT, _("Recurring formats: which, how often, who prepares them?")),
    (states.COST, _("Contracts and costs: with whom, how much, ended by when?")),
    (states.RISK, _("Risks: what could go wrong in the next three months?")),
)
FIRST_DAYS: tuple[tuple[str, Words, Words], ...] = (
    ("30", _("First 30 days"), _("Listen: meet the regulars and every stakeholder, change nothing that works.")),
    ("60", _("Until day 60"), _("Lead the daily work alone; hold the first review of an objective.")),
    ("90", _("Until day 90"), _("Revise the plan for the first time, with reasons of your own.")),
)

KIND_WORDS: dict[str, Words] = {
    states.PLANNED: pgettext_lazy("handover", "planned: somebody leaves for good"),
    states.SUDDEN: pgettext_lazy("handover", "sudden: somebody is missing already"),
    states.LEAVE: pgettext_lazy("handover", "leave: somebody comes back later"),
}
STATE_WORDS: dict[str, Words] = {
    states.ANNOUNCED: pgettext_lazy("handover", "announced"),
    states.EMERGENCY_OWNER: pgettext_lazy("handover", "emergency owner in charge"),
    states.COLLECTING: pgettext_lazy("handover", "collecting"),
    states.GAPS_CLOSED: pgettext_lazy("handover", "gaps closed"),
    states.JOINT_PHASE: pgettext_lazy("handover", "joint phase"),
    states.ACCEPTED: pgettext_lazy("handover", "accepted"),
    states.ACCESS_REVOKED: pgettext_lazy("handover", "access ended"),
    states.CHECK_30: pgettext_lazy("handover", "looked at after 30 days"),
    states.CHECK_90: pgettext_lazy("handover", "looked at after 90 days"),
    states.CLOSED: pgettext_lazy("handover", "closed"),
}
OUTCOME_WORDS: dict[str, Words] = {
    states.CARRIED: pgettext_lazy("handover", "The successor carries it alone"),
    states.WITH_HELP: pgettext_lazy("handover", "It goes with help"),
    states.NOT_CARRIED: pgettext_lazy("handover", "It does not go yet"),
}
LOOK_WORDS: dict[str, Words] = {
    states.CHECK_30: _("After 30 days"),
    states.CHECK_90: _("After 90 days"),
}
# What the button that leads to a state says.
MOVE_WORDS: dict[str, Words] = {
    states.EMERGENCY_OWNER: _("The successor takes charge at once"),
    states.COLLECTING: _("Begin to collect"),
    states.GAPS_CLOSED: _("All gaps are closed"),
    states.JOINT_PHASE: _("Begin the joint phase"),
    states.ACCEPTED: _("Accept: everything listed changes hands"),
    states.ACCESS_REVOKED: _("End the access"),
    states.CHECK_30: _("Note the look back"),
    states.CHECK_90: _("Note the look back"),
    states.CLOSED: _("Close the handover"),
}
POINT_WORDS: dict[str, Words] = {
    states.PLAN: pgettext_lazy("handover", "Plan"),
    states.STEP: pgettext_lazy("handover", "Open steps"),
    states.CONVERSATION: pgettext_lazy("handover", "Open conversations"),
    states.STAKEHOLDER: pgettext_lazy("handover", "Stakeholders"),
    states.CHANNEL: pgettext_lazy("handover", "Channels and their log-ins"),
    states.REACTION_PLAN: pgettext_lazy("handover", "Reaction plans"),
    states.DUTY: pgettext_lazy("handover", "Duties"),
    states.ACCESS: pgettext_lazy("handover", "Access"),
    states.FORMAT: pgettext_lazy("handover", "Recurring formats"),
    states.COST: pgettext_lazy("handover", "Contracts and costs"),
    states.RISK: pgettext_lazy("handover", "Risks"),
    states.INTERVIEW: pgettext_lazy("handover", "Interview"),
    states.FIRST_DAYS: pgettext_lazy("handover", "First days"),
}
HAND_WORDS: dict[str, Words] = {
    states.SHIFT: pgettext_lazy("handover", "Shifts"),
    states.ROUTINE: pgettext_lazy("handover", "Routines"),
    states.CONTROL: pgettext_lazy("handover", "Controls"),
    states.ITEM: pgettext_lazy("handover", "Items of the calendar"),
    states.UNIT: pgettext_lazy("handover", "Groups and departments"),
    states.ANSWERS: pgettext_lazy("handover", "Answered for"),
    states.CONTACT: pgettext_lazy("handover", "Contacts with stakeholders"),
    states.APPROVAL: pgettext_lazy("handover", "Approvals asked for"),
    states.DEPUTY: pgettext_lazy("handover", "Standing in for others"),
}
# Rights without which a community stands still, and what they open.
VITAL_RIGHTS: dict[str, Words] = {
    "team.workspace.edit": _("settings, people and their roles"),
    "channels.account.connect": _("the log-ins of the channels"),
    "plan.version.publish": _("putting a plan in force"),
    "guidelines.plan.agree": _("agreeing to reaction plans"),
    "stakeholders.report.release": _("releasing reports"),
    "members.member.erase": _("erasing a member's data"),
    "inbox.reply.send": _("answering members"),
}
# Chapters of the book, by the right that opens them.
ROOM_WORDS: dict[str, Words] = {
    "plan.version.read": _("the plan"),
    "behaviours.definition.read": _("what is counted"),
    "stakeholders.stakeholder.read": _("stakeholders"),
    "guidelines.plan.read": _("guidelines and reaction plans"),
    "crisis.incident.read": _("what is done in a crisis"),
    "channels.channel.read": _("channels"),
    "team.workspace.read": _("people and responsibilities"),
    "handover.readiness.read": _("open points of handing over"),
}

# --- reading a book in -----------------------------------------------------------------------------------------------

CHAPTER_WORDS: dict[str, Words] = {
    "team": _("People and service hours"),
    "channels": _("Channels"),
    "guidelines": _("Reaction plans and core messages"),
    "plan": _("Plan"),
    "behaviours": _("What is counted"),
    "stakeholders": _("Reports"),
    "crisis": _("Words for a crisis"),
    "handover": _("What only few know"),
    "accountable": _("Who answered for what"),
}
# What people count in a chapter; all other rows belong to one of these.
TABLE_WORDS: dict[str, Words] = {
    "person": _("People"),
    "servicehours": _("Service hours"),
    "responsibleunit": _("Departments and working groups"),
    "channel": _("Channels"),
    "reactionplan": _("Versions of reaction plans"),
    "reactionrule": _("Rules"),
    "coremessage": _("Core messages"),
    "strategicplan": _("Plans"),
    "planversion": _("Versions of the plan"),
    "goal": _("Goals, in all versions"),
    "objective": _("Objectives, in all versions"),
    "tactic": _("Tactics, in all versions"),
    "step": _("Steps, in all versions"),
    "evidence": _("Evidence"),
    "decisioncheck": _("Decisions"),
    "stakeholder": _("Stakeholders"),
    "audience": _("Audiences"),
    "finding": _("Findings"),
    "review": _("Reviews"),
    "routine": _("Routines"),
    "behaviourdefinition": _("Definitions of behaviours, in all versions"),
    "report": _("Reports"),
    "holdingstatement": _("Holding statements"),
    "knowledgenote": _("Notes of knowledge"),
    "responsibility": _("Lines of the history"),
}
