"""What a file holds of this room: the reports, as they were released; stakeholders themselves stand in the plan (S0-24)."""

from allmende.stakeholders.models import Report
from allmende.team.queries import RecordChapter, record_table

STAKEHOLDERS = RecordChapter(
    "stakeholders",
    (
        record_table(
            Report,
            "stakeholder title period_start_date period_end_date content story story_by has_story_consent setback ask"
            " findings override_reason state composed_at released_at released_by opened_at",
        ),
    ),
    {},
)
