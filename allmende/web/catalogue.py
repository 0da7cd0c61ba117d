"""What the front door ships: the main menu, and the shape of the facts the shell shows around every page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from allmende.guidelines.models import ActiveLevel


@dataclass(frozen=True)
class MenuEntry:
    """One entry of the main menu: `room` is the URL namespace, `verb` the right that opens it, `also` rooms without an
    entry of their own."""

    room: str
    title: str | Promise
    icon: str
    page: str
    verb: str
    in_tabs: bool = False
    starts_group: bool = False
    also: tuple[str, ...] = ()

    @property
    def rooms(self) -> tuple[str, ...]:
        """The rooms whose pages lie under this entry."""
        return (self.room, *self.also)


@dataclass(frozen=True)
class Waiting:
    """How many conversations, approvals or steps wait for us in a room; `is_late` when one is overdue."""

    number: int
    is_late: bool = False


@dataclass(frozen=True)
class Neighbour:
    """Another workspace this user belongs to."""

    name: str
    organisation: str
    url: str


@dataclass(frozen=True)
class Duty:
    """Who is here now: `person` until `until` (a clock time such as "14:00"), `beside` too, then `then`; no person means a gap."""

    person: str = ""
    until: str = ""
    then: str = ""
    beside: str = ""


@dataclass(frozen=True)
class Shell:
    """Facts around a page. `waiting` is keyed by room; `foot` holds short lines such as the plan in force; `alarms`: what
    burns, an incident once, the worst first."""

    waiting: Mapping[str, Waiting] = field(default_factory=dict)
    neighbours: Sequence[Neighbour] = ()
    duty: Duty | None = None
    foot: Sequence[str] = ()
    alarms: Sequence[ActiveLevel] = ()


MENU = (
    MenuEntry("web", pgettext_lazy("menu", "Today"), "sun", "web:today", "team.workspace.read", in_tabs=True),
    MenuEntry("inbox", pgettext_lazy("menu", "Inbox"), "inbox", "inbox:index", "inbox.conversation.read", in_tabs=True),
    MenuEntry(
        "editorial",
        pgettext_lazy("menu", "Calendar"),
        "calendar-days",
        "editorial:index",
        "editorial.item.read",
        in_tabs=True,
    ),
    MenuEntry(
        "plan",
        pgettext_lazy("menu", "Plan"),
        "route",
        "plan:index",
        "plan.version.read",
        in_tabs=True,
        starts_group=True,
    ),
    MenuEntry(
        "behaviours",
        pgettext_lazy("menu", "Behaviours"),
        "activity",
        "behaviours:index",
        "behaviours.definition.read",
    ),
    MenuEntry(
        "stakeholders",
        pgettext_lazy("menu", "Stakeholders"),
        "handshake",
        "stakeholders:index",
        "stakeholders.stakeholder.read",
    ),
    MenuEntry(
        "team",
        pgettext_lazy("menu", "Team"),
        "users",
        "team:index",
        "team.workspace.read",
        starts_group=True,
        also=("handover", "api", "health"),
    ),
    MenuEntry(
        "channels",
        pgettext_lazy("menu", "Channels"),
        "radio-tower",
        "channels:index",
        "channels.channel.read",
        also=("guidelines", "members", "hub"),
    ),
    MenuEntry("crisis", pgettext_lazy("menu", "Crisis"), "siren", "crisis:index", "crisis.incident.read"),
)
# Pages that people look for under another entry than that of the room they are built in: page -> room of the entry.
LOOKED_FOR_UNDER = {
    "plan:shift_feed": "team",
    "inbox:protection": "team",
    "inbox:experts": "team",
    "hub:survey": "inbox",
    **dict.fromkeys(("rehearsal", "rehearsal_wave", "end_rehearsal"), "crisis"),
}


@dataclass(frozen=True)
class Place:
    """A screen below the menu, for the palette: address name, title, right that opens it, icon."""

    page: str
    title: str | Promise
    verb: str
    icon: str


# Every screen one can open without naming a thing; the house tests hold it against the routes.
PLACES = (
    Place("editorial:board", _("Ideas"), "editorial.item.read", "notebook-pen"),
    Place("editorial:approvals", _("Waiting for my approval"), "editorial.item.read", "circle-check"),
    Place("editorial:blocks", _("Text blocks"), "editorial.item.read", "bookmark"),
    Place("editorial:add_block", _("Write a text block"), "editorial.item.edit", "plus"),
    Place("editorial:library", _("Pictures and their rights"), "editorial.item.read", "image-plus"),
    Place("editorial:plan_changes", _("Changes of what was planned"), "editorial.item.read", "history"),
    Place("editorial:feed", _("What leaves when, in your calendar"), "editorial.item.read", "calendar-days"),
    Place("editorial:weekly_slots", _("Weekly slots"), "editorial.item.read", "calendar-clock"),
    Place("editorial:series", _("What comes again"), "editorial.item.read", "repeat-2"),
    Place("editorial:sources", _("Feeds that bring ideas"), "editorial.item.read", "radio-tower"),
    Place("editorial:newsletter", _("Newsletter from what was published"), "editorial.item.read", "send"),
    Place("editorial:new", _("Draft an item"), "editorial.item.edit", "square-pen"),
    Place("behaviours:begin", _("Write a definition of a behaviour"), "behaviours.definition.edit", "activity"),
    Place("behaviours:groups", _("Groups of members"), "members.member.read", "users"),
    Place("behaviours:traits", _("Traits of members"), "members.member.edit", "users"),
    Place("behaviours:labels", _("What bears which label?"), "behaviours.definition.edit", "activity"),
    Place("behaviours:content", _("What came of our posts"), "inbox.conversation.read", "activity"),
    Place("inbox:readings", _("Answers that wait for a second reader"), "inbox.reply.send", "list-checks"),
    Place("inbox:questions", _("Questions to departments and experts"), "team.workspace.read", "circle-question-mark"),
    Place("inbox:suggestions", _("How far can suggestions be believed?"), "inbox.conversation.read", "list-checks"),
    Place("inbox:protection", _("What protects us, and what is not measured"), "team.workspace.read", "shield"),
    Place("hub:survey", _("Do members trust us? A short survey"), "inbox.conversation.read", "handshake"),
    Place("inbox:neglect", _("Is somebody neglected here?"), "inbox.conversation.read", "activity"),
    Place("inbox:atmosphere", _("How does it sound here? A sample to read"), "inbox.conversation.read", "eye"),
    Place("inbox:known_answers", _("Known answers of experts"), "inbox.conversation.read", "book-open-text"),
    Place(
        "inbox:procedure",
        _("What happens with product questions and feedback"),
        "inbox.conversation.read",
        "list-checks",
    ),
    Place("inbox:experts", _("Experts and what was agreed with them"), "team.workspace.read", "users"),
    Place("team:new_expert", _("Enter an expert"), "team.unit.edit", "plus"),
    Place("inbox:planned", _("Answers that leave later"), "inbox.reply.send", "calendar-clock"),
    Place("inbox:patterns", _("Patterns of answers"), "inbox.reply.send", "copy"),
    Place("inbox:add_pattern", _("Write a pattern"), "inbox.reply.send", "plus"),
    Place("inbox:views", _("Kept views"), "inbox.conversation.read", "bookmark"),
    Place("inbox:notices", _("Notices from outside"), "inbox.moderation.decide", "shield"),
    Place("inbox:decisions", _("Moderation decisions"), "inbox.moderation.decide", "shield"),
    Place("crisis:declare", _("Declare a level"), "crisis.incident.declare", "siren"),
    Place("rehearsal", _("Practise a crisis on a copy"), "crisis.incident.read", "shield"),
    Place("crisis:drill", _("Begin a drill"), "crisis.incident.declare", "shield"),
    Place("crisis:levels", _("Levels of escalation"), "crisis.incident.read", "siren"),
    Place("crisis:statements", _("Holding statements"), "crisis.incident.read", "send"),
    Place("crisis:add_statement", _("Prepare a statement"), "crisis.statement.edit", "plus"),
    Place("crisis:mentions", _("In the media"), "crisis.incident.log", "book-open-text"),
    Place("hub:links", _("Tracked links"), "editorial.item.read", "link"),
    Place("hub:arrivals", _("Arrivals from a table"), "editorial.item.edit", "link"),
    Place("hub:new_link", _("Make a tracked link"), "editorial.item.edit", "plus"),
    Place("plan:draft", _("Draft of the plan"), "plan.version.edit", "square-pen"),
    Place("plan:versions", _("Versions of the plan"), "plan.version.read", "history"),
    Place("plan:audiences", _("Audiences"), "plan.version.read", "users"),
    Place("plan:readiness", _("Readiness before the launch"), "plan.version.read", "check"),
    Place("plan:hours", _("Hours against the plan"), "plan.version.read", "calendar-clock"),
    Place("plan:release", _("Enter released hours"), "team.unit.edit", "plus"),
    Place("plan:canvas", _("Canvas"), "plan.version.read", "notebook-pen"),
    Place("plan:add_audience", _("Add an audience"), "plan.version.edit", "plus"),
    Place("plan:short", _("Short start of the plan"), "plan.version.edit", "route"),
    Place("plan:decisions", _("Decisions"), "plan.decision.read", "stamp"),
    Place("plan:whole_chain", _("The chain on one page"), "plan.version.read", "route"),
    Place("plan:evidence", _("Figures of the plan"), "plan.version.read", "activity"),
    Place("plan:upload", _("Bring figures from a table"), "plan.evidence.tell", "upload"),
    Place("plan:dust", _("What gathers dust"), "plan.version.read", "history"),
    Place("plan:chain_link", _("Show the chain to somebody"), "team.guest.invite", "link"),
    Place("plan:weeks", _("Steps of the coming weeks"), "plan.version.read", "calendar-days"),
    Place("plan:resources", _("Resources: hours and money"), "plan.version.read", "calendar-clock"),
    Place("plan:feed", _("Steps in your calendar"), "plan.version.read", "calendar-days"),
    Place("plan:cut_line", _("Cut line"), "plan.version.read", "sliders-horizontal"),
    Place("plan:findings", _("Findings"), "plan.version.read", "search"),
    Place("plan:note_finding", _("Note a finding"), "plan.version.edit", "plus"),
    Place("plan:daily_round", _("Daily round"), "plan.version.read", "check"),
    Place("plan:add_routine", _("Define a routine"), "plan.version.edit", "plus"),
    Place("plan:platform_changes", _("Changes at the networks"), "plan.version.read", "history"),
    Place("plan:note_platform_change", _("Note a change at a network"), "plan.version.edit", "plus"),
    Place("plan:revise", _("Choose how to revise the plan"), "plan.version.edit", "square-pen"),
    Place("plan:events", _("What happened around the plan"), "plan.version.read", "history"),
    Place("plan:add_event", _("Note what happened around the plan"), "plan.version.edit", "plus"),
    Place("plan:reviews", _("Reviews and controls"), "plan.version.read", "history"),
    Place("plan:plan_review", _("Set a review"), "plan.review.hold", "plus"),
    Place("plan:add_control", _("Schedule a control"), "plan.review.hold", "plus"),
    Place("plan:note_improvement", _("Note an improvement"), "plan.version.edit", "plus"),
    Place("plan:close", _("Close the plan"), "plan.version.publish", "archive"),
    Place("plan:settings", _("Settings of the plan"), "plan.version.edit", "sliders-horizontal"),
    Place("guidelines:index", _("Reaction plans"), "guidelines.plan.read", "book-open-text"),
    Place("guidelines:messages", _("Core messages"), "guidelines.plan.read", "book-open-text"),
    Place("guidelines:written", _("Guidelines and netiquettes"), "guidelines.plan.read", "book-open-text"),
    Place("guidelines:write", _("Write a guideline or a netiquette"), "guidelines.plan.edit", "plus"),
    Place("guidelines:words", _("Word list"), "guidelines.plan.read", "book-open-text"),
    Place("guidelines:add_word", _("Add a word to the word list"), "guidelines.plan.edit", "plus"),
    Place("guidelines:add_message", _("Write a core message"), "guidelines.plan.edit", "plus"),
    Place("guidelines:brand", _("What makes us unmistakable"), "guidelines.plan.edit", "stamp"),
    Place("channels:connect", _("Connect a channel"), "channels.account.connect", "plus"),
    Place("channels:queue", _("Outgoing queue"), "channels.channel.read", "send"),
    Place("hub:index", _("Own pages and their comments"), "inbox.conversation.read", "book-open-text"),
    Place("channels:activity", _("Activity budget"), "channels.channel.read", "activity"),
    Place("channels:consider", _("Consider a channel"), "channels.channel.edit", "plus"),
    Place("channels:imports", _("Import"), "channels.channel.read", "upload"),
    Place("stakeholders:add", _("Enter a stakeholder"), "stakeholders.stakeholder.edit", "plus"),
    Place("handover:index", _("Handover: could someone take over?"), "handover.readiness.read", "list-checks"),
    Place("handover:knowledge", _("Unwritten knowledge"), "handover.readiness.read", "notebook-pen"),
    Place("handover:new_note", _("Ask a question of our own"), "handover.note.edit", "plus"),
    Place("handover:transfers", _("Handovers"), "handover.readiness.read", "users"),
    Place("handover:book", _("The book: everything on paper"), "handover.readiness.read", "book-open-text"),
    Place("handover:import_book", _("Read a book in"), "team.workspace.edit", "book-open-text"),
    Place("handover:announce", _("Announce a handover"), "handover.transfer.lead", "plus"),
    Place("team:invite", _("Invite somebody"), "team.person.invite", "user-plus"),
    Place("team:responsibility", _("Who is responsible for what"), "team.workspace.read", "users"),
    Place("team:new_unit", _("Enter a department or working group"), "team.unit.edit", "plus"),
    Place("web:briefing", _("My briefing: what I should know now"), "team.workspace.read", "book-open-text"),
    Place("team:training", _("Training: who has learnt what"), "team.workspace.read", "graduation-cap"),
    Place("team:new_training", _("Enter a training"), "team.unit.edit", "plus"),
    Place("team:new_exception", _("Make an exception from a training"), "team.unit.edit", "plus"),
    Place("team:new_profile", _("Enter a role profile"), "team.unit.edit", "plus"),
    Place("team:rota", _("Duty rota: who is here when"), "team.workspace.read", "calendar-days"),
    Place("plan:shift_feed", _("Your shifts in your calendar"), "team.duty.stand", "calendar-days"),
    Place("team:new_shift", _("Plan a shift"), "team.duty.plan", "plus"),
    Place("team:absences", _("Who is away when"), "team.workspace.read", "user-round-x"),
    Place("team:new_absence", _("Enter an absence"), "team.duty.stand", "plus"),
    Place("team:new_cover", _("Say which hours need somebody"), "team.duty.plan", "calendar-clock"),
    Place("team:duty_rules", _("What the rota warns about"), "team.duty.plan", "sliders-horizontal"),
    Place("team:propose", _("A proposal for the rota"), "team.duty.plan", "calendar-days"),
    Place("inbox:headcount", _("How many people do we need?"), "team.duty.plan", "users"),
    Place("team:hours", _("Service hours"), "team.workspace.read", "calendar-clock"),
    Place("team:notices", _("Notices"), "team.workspace.read", "info"),
    Place("team:guests", _("Guest links"), "team.guest.invite", "link"),
    Place("api:index", _("Programs and their tokens"), "api.token.make", "link"),
    Place("api:make", _("Make a token for a program"), "api.token.make", "plus"),
    Place("team:settings", _("Settings"), "team.workspace.edit", "sliders-horizontal"),
    Place("health:index", _("Health"), "team.workspace.edit", "activity"),
    Place("team:audit", _("Audit book"), "team.audit.read", "notebook-pen"),
    Place("channels:publishing", _("Publishing here"), "channels.channel.read", "pause"),
    Place("channels:choose_import", _("Import a past"), "channels.archive.import", "upload"),
    Place("editorial:choose_posts", _("Import posts"), "editorial.item.edit", "upload"),
    Place("team:new_community", _("Open a further community"), "team.workspace.edit", "plus"),
    Place("team:new_hours", _("Further service hours"), "team.hours.edit", "plus"),
    Place("members:index", _("Members"), "members.member.read", "users"),
    Place("members:rules", _("Who counts as what"), "members.member.edit", "sliders-horizontal"),
    Place("members:erasures", _("Erasures"), "members.member.erase", "user-round-x"),
)

WITH_DAMAGE = _("with damage")

THEMES = (
    ("system", pgettext_lazy("theme", "As the device"), "monitor"),
    ("light", pgettext_lazy("theme", "Light"), "sun"),
    ("dark", pgettext_lazy("theme", "Dark"), "moon"),
)


@dataclass(frozen=True)
class StepWords:
    """A first step: what, why, and the words on its button."""

    title: str | Promise
    reason: str | Promise
    action: str | Promise


FIRST_STEPS = {
    "plan": StepWords(
        _("Write down what the community is for"),
        _("One goal, what members shall do so that it is reached, a first step. Everything else refers to it."),
        _("Begin the plan"),
    ),
    "channel": StepWords(
        _("Choose where you meet your members"),
        _("To begin with, the practice network on this machine: its people answer, nothing leaves the house."),
        _("Connect a channel"),
    ),
    "promise": StepWords(
        _("Agree what you promise there"),
        _("The reaction plan says what happens in which situation, and by when. With it the channel opens."),
        pgettext_lazy("verb", "To the reaction plan"),
    ),
    "say": StepWords(
        _("Say something for the first time"),
        _("Ask what members know better than you. Whoever answers stands in the inbox, with the time you promised."),
        pgettext_lazy("first step", "Draft an item"),
    ),
    "stakeholder": StepWords(
        _("Enter who decides about the community"),
        _("Whoever hears from you in good time does not have to ask."),
        pgettext_lazy("first step", "Enter somebody"),
    ),
}

# What Django says about a wrong value. The words are here so that our catalogue says them the way the house speaks.
FIELD_ERRORS = (
    _("This field is required."),
    _("Enter a valid date."),
    _("Enter a valid time."),
    _("Enter a valid email address."),
    _("Enter a whole number."),
    _("Enter a number."),
    _("Null characters are not allowed."),
    _("“%(value)s” is not a valid UUID."),
    _("Select a valid choice. That choice is not one of the available choices."),
    _("Select a valid choice. %(value)s is not one of the available choices."),
    _("Ensure this value is less than or equal to %(limit_value)s."),
    _("Ensure this value is greater than or equal to %(limit_value)s."),
    ngettext_lazy(
        "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
        "limit_value",
    ),
)
