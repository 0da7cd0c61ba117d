"""What a file holds of this room: what is counted, not what was counted (S0-24)."""

from django.utils.translation import gettext_lazy as _

from allmende.behaviours.models import BehaviourDefinition
from allmende.team.queries import RecordChapter, record_table

_COUNTED = _("Measurements and verdicts: they are counted anew wherever the channels are read.")

_LOOKED_AT = _("What people said of drawn cases: it speaks for the counting here, and the cases are members’ words.")

BEHAVIOURS = RecordChapter(
    "behaviours",
    (record_table(BehaviourDefinition, "key number name spec state in_force_at superseded_at"),),
    {
        "measurement": _COUNTED,
        "verdict": _COUNTED,
        "segmentcount": _COUNTED,
        "cohortcount": _COUNTED,
        "countedfrom": _COUNTED,
        "groupcount": _COUNTED,
        "channelstart": _("Where work began earlier: it is noted anew beside the verdict."),
        "labelrule": _("What bears a label: the tags and situations of the conversations here."),
        "labelsample": _LOOKED_AT,
        "sampleditem": _LOOKED_AT,
        "coding": _LOOKED_AT,
        "ledgermark": _("How far the ledger is filled."),
    },
)
