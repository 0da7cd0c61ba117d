"""What this room's states and kinds are called."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = str | Promise

REACTION_WORDS: dict[str, Words] = {
    "reply_publicly": pgettext_lazy("reaction", "reply publicly"),
    "reply_privately": pgettext_lazy("reaction", "reply privately"),
    "acknowledge": pgettext_lazy("reaction", "acknowledge"),
    "let_stand": pgettext_lazy("reaction", "let stand"),
    "hide": pgettext_lazy("reaction", "hide"),
    "remove": pgettext_lazy("reaction", "remove"),
    "report": pgettext_lazy("reaction", "report"),
    "forward": pgettext_lazy("reaction", "forward"),
    "monitor": pgettext_lazy("reaction", "watch"),
}

GATE_WORDS: dict[str, Words] = {
    "account": _("an account to speak with"),
    "reaction_plan": _("a reaction plan in force"),
    "service_hours": _("service hours"),
    "accountable": _("a person who is accountable"),
    "netiquette": _("a netiquette in force"),
    "legal_notice": _("a legal notice"),
    "cover": _("nine tenths of the hours of four weeks covered"),
    "trained": _("somebody trained who publishes"),
}
GATE_REMEDIES: dict[str, tuple[str, Words]] = {
    "account": ("channels:connect", _("Connect an account")),
    "service_hours": ("team:hours", _("To the service hours")),
    "accountable": ("team:responsibility", _("Say who answers for it")),
    "netiquette": ("guidelines:written", _("To the netiquettes")),
    "legal_notice": ("channels:change", _("Enter its address")),
    "cover": ("team:rota", _("To the rota")),
    "trained": ("team:training", _("To the trainings")),
}

PLAN_STATE_WORDS: dict[str, Words] = {
    "draft": pgettext_lazy("reaction plan", "draft"),
    "agreed": pgettext_lazy("reaction plan", "agreed"),
    "in_force": pgettext_lazy("reaction plan", "in force"),
    "under_review": pgettext_lazy("reaction plan", "under review"),
    "replaced": pgettext_lazy("reaction plan", "replaced"),
}

SATISFIED_BY_WORDS: dict[str, Words] = {
    "anyone": pgettext_lazy("who keeps the promise", "anyone"),
    "staff": pgettext_lazy("who keeps the promise", "only us"),
}

ADVICE_WORDS: dict[str, Words] = {
    "use": pgettext_lazy("word list", "use"),
    "avoid": pgettext_lazy("word list", "avoid"),
    "explain": pgettext_lazy("word list", "explain"),
}

GUIDELINE_STATE_WORDS: dict[str, Words] = {
    "draft": pgettext_lazy("guideline", "draft"),
    "consulted": pgettext_lazy("guideline", "consulted"),
    "in_force": pgettext_lazy("guideline", "in force"),
    "revised": pgettext_lazy("guideline", "revised"),
    "withdrawn": pgettext_lazy("guideline", "withdrawn"),
}

ADDRESSEE_WORDS: dict[str, Words] = {
    "team": pgettext_lazy("addressee", "the team"),
    "all_employees": pgettext_lazy("addressee", "everybody in the house"),
    "experts": pgettext_lazy("addressee", "experts"),
    "partners": pgettext_lazy("addressee", "partners"),
    "members": pgettext_lazy("addressee", "members (netiquette)"),
}

LADDER_WORDS: dict[str, Words] = {
    "hint": pgettext_lazy("ladder", "a hint"),
    "hide": pgettext_lazy("ladder", "hidden"),
    "remove": pgettext_lazy("ladder", "removed"),
    "suspend": pgettext_lazy("ladder", "suspended for a time"),
    "ban": pgettext_lazy("ladder", "excluded"),
}
