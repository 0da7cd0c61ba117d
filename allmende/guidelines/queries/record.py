"""What a file holds of this room."""

from django.utils.translation import gettext_lazy

from allmende.guidelines.models import (
    Acknowledgement,
    BrandRecord,
    CoreMessage,
    EscalationContact,
    EscalationLevel,
    Guideline,
    GuidelineRule,
    GuidelineSection,
    ReactionPlan,
    ReactionRule,
    WordEntry,
)
from allmende.team.queries import RecordChapter, record_table, row_table

GUIDELINES = RecordChapter(
    "guidelines",
    (
        record_table(CoreMessage, "sentence proof_points valid_from_date valid_until_date serves_keys"),
        record_table(
            ReactionPlan,
            "channel number state agreed_at agreed_by in_force_at review_date",
            left_out={"version_key": "names one version in one database; reading makes it anew"},
        ),
        row_table(
            ReactionRule,
            "plan situation name rank is_default reaction first_response_minutes member_first_minutes"
            " counts_service_hours satisfied_by needs_second_reader recognise signs instruction reason serves_key"
            " core_message campaign next_minutes outside_minutes resolution_minutes responder decider must_not escalate_when"
            " updated_at updated_by revision",
            way="plan__workspace",
        ),
        record_table(BrandRecord, "promise difference voice never"),
        record_table(
            WordEntry,
            "term advice alternative others reason audience_key",
            left_out={"folded": "follows from the term; reading makes it anew"},
            added={"audience_key": ""},
        ),
        record_table(
            Guideline,
            "key number title addressee channel state needs_acknowledgement consulted_with consulted_at in_force_at",
            later=("state", "in_force_at", "archived_at"),
        ),
        row_table(GuidelineSection, "guideline kind rank text", way="guideline__workspace"),
        row_table(
            GuidelineRule,
            "guideline key rank text example counter_example ladder legal_note updated_at updated_by revision",
            way="guideline__workspace",
        ),
        row_table(Acknowledgement, "guideline person guest_name at", way="guideline__workspace"),
        record_table(
            EscalationLevel,
            "number name own_channels media informs inform_minutes decider allowed_speech steps holds_posts update_minutes",
        ),
        record_table(EscalationContact, "level person name email phone"),
    ),
    {
        "gateexception": gettext_lazy("What a channel opened without: it is asked anew where it opens again."),
        "networkmark": gettext_lazy("Marks of changes at networks: the plan tells of them anew."),
        "activelevel": gettext_lazy("What burns at this moment: it burns where it was written down."),
    },
)
