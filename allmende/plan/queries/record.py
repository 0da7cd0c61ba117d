"""What a file holds of this room: the plan with every version, what happened to it, and what stands beside it (S0-24)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from allmende.plan import models
from allmende.team.queries import HERE, Find, RecordChapter, record_table, row_table

ELEMENT = "version key rank updated_at updated_by revision"
OF_PLAN, OF_VERSION = "plan__workspace", "version__workspace"


def _also_by(people: list[str], _row: Mapping[str, Any], find: Find) -> list[str]:
    return [find("person", one) for one in people]


def _finding(ref: str, _row: Mapping[str, Any], find: Find) -> str:
    return find("finding", ref)


def _of_resolution(ref: str, row: Mapping[str, Any], find: Find) -> str:
    return find("finding", ref) if row["kind"] == "finding" else ref


def _audience_key(key: str, _row: Mapping[str, Any], _find: Find) -> str:
    """As it stands; in earlier files an audience has none."""
    return key or models.new_audience_key()


BESIDE = (
    record_table(
        models.Stakeholder,
        "name position department email influence must_agree objective_keys agreement_interval_days interest"
        " wanted_feeling relation update_interval_days next_due_date",
    ),
    record_table(
        models.Audience,
        "key name description state rank size_estimate needs emotions_now emotions_wanted places reach_path involvement_path",
        ids={"key": _audience_key},
        added={"key": ""},
    ),
    record_table(models.AudienceAnalysis, "audience finding source on_date"),
    row_table(models.AudienceLink, "audience objective_key", left_out=HERE),
    record_table(models.CanvasAnswer, "theme text element_keys"),
    record_table(
        models.DecisionCheck,
        "kind title state requester due_date keys content previous struck criteria recommendation plan_number checked_at"
        " discussion discussed_at decision conditions reason decided_at decided_by follow_up_date baseline comparison"
        " outcome outcome_at retain_until_date erased_at",
    ),
    record_table(
        models.EvidenceUpload,
        "file_name state headers rows wishes taken known refused taken_at",
        left_out={"replaced": "names rows of one database by their keys; taking the values out again removes them"},
    ),
    row_table(
        models.Evidence,
        "key kind source period_start period_end people times share n low high before_share verdict flags reason"
        " definition_version url value unit before_value note upload told_by looked_at at counted_share counted_before_share",
        left_out=HERE,
        added={"note": "", "before_value": None, "counted_share": None, "counted_before_share": None},
    ),
    row_table(models.WorkLink, "key kind ref label url at", left_out=HERE),
)

PLAN_AND_VERSIONS = (
    record_table(
        models.StrategicPlan,
        "title community_type state owner deputy start_mode review_interval_days confirmed_at dust_days reminder_days"
        " strategic_hours routine_hours strategic_share_target closed_at closed_by closing_reason",
        added={"closed_at": None, "closed_by": None, "closing_reason": ""},
    ),
    record_table(
        models.PlanVersion,
        "plan number state base change_level change_reason changes published_at published_by published_without_agreement"
        " proposal proposed_at proposed_by agreed_at second_reader reader_note approach approach_reason"
        " from_nothing_reason",
        order=("plan__created_at", "plan_id", "number"),
        later=("state", "base"),
    ),
    row_table(
        models.Goal,
        f"{ELEMENT} statement plain_statement value_type organisational_goal measure horizon_date sponsor spaces",
        way=OF_VERSION,
    ),
    row_table(
        models.Objective,
        f"{ELEMENT} goal code short_name audience behaviour effect quality_condition activity_reason definition_key"
        " baseline_share target_share baseline_value target_value target_date least_relevant_difference guardrail guardrail_key"
        " starts_date review_date",
        way=OF_VERSION,
        added={"guardrail_key": "", "baseline_value": None, "target_value": None},
    ),
    row_table(
        models.Outcome,
        f"{ELEMENT} objective name measure source source_detail link confidence falsifier",
        way=OF_VERSION,
    ),
    row_table(
        models.Strategy,
        f"{ELEMENT} objective emotion statement direction is_alternative insight ethics_note analysis",
        way=OF_VERSION,
        added={"insight": "", "ethics_note": "", "analysis": None},
    ),
    row_table(
        models.Tactic,
        f"{ELEMENT} strategy code name description reach depth length effort_hours state expected_effect stop_rule"
        " starts_date confidence budget skills",
        way=OF_VERSION,
    ),
    row_table(
        models.Step,
        f"{ELEMENT} tactic what how where means starts_date due_date owner also_by accountable controller control_date",
        way=OF_VERSION,
        ids={"also_by": _also_by},
    ),
)

WITH_PLAN = (
    row_table(
        models.StepProgress,
        "plan key state note changed_at changed_by done_at agreed_at agreed_by moved_from moved_to move_reason has_slipped",
        way=OF_PLAN,
    ),
    row_table(models.Standing, "plan key state ended_as reason changed_at changed_by", way=OF_PLAN),
    row_table(
        models.Agreement,
        "version stakeholder kind round asked_at asked_by opened_at answer answered_at answered_name comment",
        way=OF_VERSION,
    ),
    row_table(
        models.Receipt, "version person stakeholder words told_at seen_at acknowledged_at reminded_at", way=OF_VERSION
    ),
    record_table(models.ChangeEvent, "plan kind what occurred_date noticed_date version"),
    row_table(models.Assessment, "event key layer judgement note judged_at judged_by", way="event__workspace"),
    record_table(
        models.Finding,
        "plan key element_key observation source noticed_date decision reason result_key decided_at decided_by",
    ),
    record_table(
        models.Judgement,
        "key source unit is_share measured low high period_start period_end asked answer reason judged_at judged_by"
        " version finding event again_date follows",
        later=("follows",),
        added={"version": None, "finding": None, "event": None, "again_date": None, "follows": None},
    ),
    record_table(models.Improvement, "plan key element_key finding result explanation change"),
    row_table(models.LessonSetAside, "plan key code reason at by", way=OF_PLAN),
    record_table(models.ReadinessAnswer, "plan question state text for_version"),
    record_table(models.MoneyEntry, "plan tactic_key on_date amount note"),
    record_table(
        models.Review,
        "plan kind state planned_date period_start_date period_end_date commitments committed_at frozen version_number"
        " prepared_at present answers held_at decided_at told closed_at",
    ),
    record_table(models.Resolution, "review kind what element_key level version ref", ids={"ref": _of_resolution}),
)

ROUTINES = (
    record_table(models.Control, "what key interval_days controller next_date"),
    record_table(
        models.ControlResult, "control due_date is_fine result finding finding_ref", ids={"finding_ref": _finding}
    ),
    record_table(
        models.Routine, "name purpose rhythm weekday channel owner planned_minutes review_interval_days reviewed_at"
    ),
    row_table(models.RoutineStep, "routine position what dropped_at", way="routine__workspace"),
    row_table(models.Round, "routine on_date begun_at begun_by ended_at", way="routine__workspace"),
    row_table(models.Tick, "round step at by note", way="round__routine__workspace"),
    row_table(
        models.RoutineReview,
        "routine at by result reason planned_minutes median_minutes rounds",
        way="routine__workspace",
    ),
    record_table(models.PlatformChange, "network what source_url noticed_date effective_date"),
    row_table(
        models.ChangeEffect,
        "change channel content_format state note updated_at updated_by revision",
        way="change__workspace",
    ),
)

PLAN = RecordChapter(
    "plan",
    (*BESIDE, *PLAN_AND_VERSIONS, *WITH_PLAN, *ROUTINES),
    {
        "planvisit": _("Who looked at the plan when."),
        "elementvisit": _("Who looked at the plan when."),
        "timeentry": _("Hours of single people: they are theirs; everybody else sees sums."),
        "brieforder": _("Briefs set as PDF: they can be made again."),
        "invitation": _("What stands in whose calendar."),
        "calendarfeed": _("Addresses of calendars: they hold keys."),
    },
)
