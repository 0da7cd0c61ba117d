"""Where somebody who asked to be forgotten may be named in this room."""

from django.utils.translation import gettext_lazy as _

from allmende.guidelines.models import (
    ActiveLevel,
    BrandRecord,
    CoreMessage,
    EscalationLevel,
    GateException,
    Guideline,
    GuidelineRule,
    GuidelineSection,
    NetworkMark,
    ReactionRule,
    WordEntry,
)
from allmende.members.actions import blanking
from allmende.team.actions import Place

PLACES = (
    Place(EscalationLevel, "workspace", "name own_channels media informs decider allowed_speech steps"),
    Place(ActiveLevel, "workspace", "name title line never_say allowed_speech public_text"),
    Place(CoreMessage, "workspace", "sentence proof_points"),
    Place(BrandRecord, "workspace", "promise difference voice never"),
    Place(WordEntry, "workspace", "term folded alternative others reason"),
    Place(ReactionRule, "plan__workspace", "name recognise signs instruction reason must_not escalate_when"),
    Place(GateException, "workspace", "reason"),
    Place(NetworkMark, "channel__workspace", "what url"),
    Place(Guideline, "workspace", "title consulted_with"),
    Place(GuidelineSection, "guideline__workspace", "text"),
    Place(GuidelineRule, "guideline__workspace", "text example counter_example ladder legal_note"),
)
ERASING = (
    blanking(
        "guidelines.words",
        _("Their names in guidelines, reaction plans, word list and crisis levels"),
        PLACES,
        keeps=_("Guidelines that were in force, as people acknowledged them."),
    ),
)
