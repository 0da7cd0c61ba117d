"""The only writers of this room, one file per verb."""

from collections.abc import Mapping

from allmende.team.actions.accept_proposal import accept_proposal, undo_proposal
from allmende.team.actions.assume_staffing import assume_staffing, drop_assumption
from allmende.team.actions.blank_names import Place, blank_names, blank_places, forget_names, naming, with_copy
from allmende.team.actions.change_person import CannotChange, StillTheirs, change_person, end_access, undo_change_person
from allmende.team.actions.change_record import StaleRevision, change_record
from allmende.team.actions.change_workspace import change_workspace
from allmende.team.actions.create_workspace import CannotOpenWorkspace, check_new, create_workspace, open_workspace
from allmende.team.actions.except_from_training import end_training_exception, except_from_training, undo_exception
from allmende.team.actions.forget_mail import forget_mail
from allmende.team.actions.introduce_user import introduce_user
from allmende.team.actions.invite_person import Invitation, invite_person
from allmende.team.actions.join_person import CannotInvite, join_person
from allmende.team.actions.keep_place import NOWHERE, keep_place
from allmende.team.actions.make_guest_link import make_guest_link
from allmende.team.actions.make_login_link import make_login_link
from allmende.team.actions.make_responsible import (
    CannotMakeResponsible,
    end_responsibility,
    make_responsible,
    undo_responsible,
    unit_of_person,
)
from allmende.team.actions.mark_alarm import mark_alarm
from allmende.team.actions.open_rehearsal import CannotRehearse, bring_colleagues, open_rehearsal
from allmende.team.actions.plan_duty import (
    CannotPlanDuty,
    accept_gap,
    cancel_shift,
    end_cover,
    move_shift,
    plan_shift,
    require_cover,
    undo_shift,
)
from allmende.team.actions.queue_mail import queue_mail
from allmende.team.actions.read_people import read_people
from allmende.team.actions.read_record import (
    CannotRead,
    RecordReader,
    check_days,
    checked_tables,
    cleaned,
    read_document,
    refused,
    whole_or_nothing,
)
from allmende.team.actions.read_team import read_accountable, read_team
from allmende.team.actions.record_audit import record_audit
from allmende.team.actions.release_time import CannotReleaseTime, release_time, undo_release
from allmende.team.actions.relink_person import CannotRelink, relink_person
from allmende.team.actions.revoke_guest_link import revoke_guest_link, undo_revoke
from allmende.team.actions.save_absence import (
    approve_absence,
    change_absence,
    confirm_deputy,
    decline_deputy,
    remind_deputy,
    request_absence,
    undo_absence,
    withdraw_absence,
)
from allmende.team.actions.save_duty_rules import save_duty_rules
from allmende.team.actions.save_expert import CannotSaveExpert, archive_expert, save_expert
from allmende.team.actions.save_hours import (
    add_hours,
    close_day,
    hours_as_kept,
    open_day,
    save_hours,
    undo_closed_day,
    undo_hours,
    undo_new_hours,
    undo_opened_day,
)
from allmende.team.actions.save_rest_day import save_rest_day, tell_rest_due, undo_rest_day
from allmende.team.actions.save_unit import CannotSaveUnit, archive_unit, save_unit, undo_unit
from allmende.team.actions.see_notices import see_notices, settle_notices, undo_seen
from allmende.team.actions.send_due_mail import send_due_mail
from allmende.team.actions.send_notice import send_notice
from allmende.team.actions.set_appearance import set_appearance
from allmende.team.actions.show_demo import show_demo
from allmende.team.actions.swap_shifts import answer_swap, offer_swap, undo_offer, withdraw_swap
from allmende.team.actions.take_gap import take_gap
from allmende.team.actions.tell_gaps import can_fill, tell_gaps, tell_unrequired
from allmende.team.actions.train import (
    CannotTrain,
    NotTrained,
    archive_profile,
    archive_training_unit,
    check_duty,
    check_trained,
    confirm_briefing,
    expire_trainings,
    move_training,
    profile_as_kept,
    save_profile,
    save_skills,
    save_training_unit,
    undo_profile,
    undo_skills,
)
from allmende.team.actions.undo_change import (
    CannotUndo,
    Undo,
    asks_network,
    restore_record,
    stale_undo,
    undo_change,
    undo_fields,
)
from allmende.team.actions.use_login_link import use_login_link
from allmende.team.models import (
    AcceptedGap,
    CoverageRequirement,
    DutyRules,
    Expert,
    StaffingAssumption,
    TrainingRecord,
    TrainingUnit,
    Workspace,
)

UNDO: Mapping[str, Undo] = {
    "person_changed": undo_change_person,
    "hours_added": undo_new_hours,
    "hours_changed": undo_hours,
    "day_closed": undo_closed_day,
    "day_opened": undo_opened_day,
    "notices_seen": undo_seen,
    "link_revoked": undo_revoke,
    "unit": undo_unit,
    "responsible": undo_responsible,
    "time_released": undo_release,
    "proposal": undo_proposal,
    "shift": undo_shift,
    "absence": undo_absence,
    "swap": undo_offer,
    "coverage": undo_fields(
        right="team.duty.plan",
        verb="team.coverage.saved",
        rows=lambda person: CoverageRequirement.objects.filter(workspace=person.workspace_id),
    ),
    "assumption": undo_fields(
        right="team.duty.plan",
        verb="team.staffing.assumed",
        rows=lambda person: StaffingAssumption.objects.filter(workspace=person.workspace_id),
    ),
    "training_unit": undo_fields(
        right="team.unit.edit",
        verb="team.training.saved",
        rows=lambda person: TrainingUnit.objects.filter(workspace=person.workspace_id),
    ),
    "training": undo_fields(
        right="team.unit.edit",
        verb="team.training.moved",
        rows=lambda person: TrainingRecord.objects.filter(workspace=person.workspace_id),
    ),
    "exception": undo_exception,
    "profile": undo_profile,
    "skills": undo_skills,
    "expert": undo_fields(
        right="team.unit.edit",
        verb="team.expert.saved",
        rows=lambda person: Expert.objects.filter(workspace=person.workspace_id),
    ),
    "rules": undo_fields(
        right="team.duty.plan",
        verb="team.rules.saved",
        rows=lambda person: DutyRules.objects.filter(workspace=person.workspace_id),
    ),
    "gap": undo_fields(
        right="team.duty.plan",
        verb="team.gap.accepted",
        rows=lambda person: AcceptedGap.objects.filter(workspace=person.workspace_id),
    ),
    "rest_day": undo_rest_day,
    "workspace_changed": undo_fields(
        right="team.workspace.edit",
        verb="team.workspace.changed",
        rows=lambda person: Workspace.objects.filter(pk=person.workspace_id),
    ),
}


__all__ = [
    "NOWHERE",
    "UNDO",
    "CannotChange",
    "CannotInvite",
    "CannotMakeResponsible",
    "CannotOpenWorkspace",
    "CannotPlanDuty",
    "CannotRead",
    "CannotRehearse",
    "CannotReleaseTime",
    "CannotRelink",
    "CannotSaveExpert",
    "CannotSaveUnit",
    "CannotTrain",
    "CannotUndo",
    "Invitation",
    "NotTrained",
    "Place",
    "RecordReader",
    "StaleRevision",
    "StillTheirs",
    "Undo",
    "accept_gap",
    "accept_proposal",
    "add_hours",
    "answer_swap",
    "approve_absence",
    "archive_expert",
    "archive_profile",
    "archive_training_unit",
    "archive_unit",
    "asks_network",
    "assume_staffing",
    "blank_names",
    "blank_places",
    "bring_colleagues",
    "can_fill",
    "cancel_shift",
    "change_absence",
    "change_person",
    "change_record",
    "change_workspace",
    "check_days",
    "check_duty",
    "check_new",
    "check_trained",
    "checked_tables",
    "cleaned",
    "close_day",
    "confirm_briefing",
    "confirm_deputy",
    "create_workspace",
    "decline_deputy",
    "drop_assumption",
    "end_access",
    "end_cover",
    "end_responsibility",
    "end_training_exception",
    "except_from_training",
    "expire_trainings",
    "forget_mail",
    "forget_names",
    "hours_as_kept",
    "introduce_user",
    "invite_person",
    "join_person",
    "keep_place",
    "make_guest_link",
    "make_login_link",
    "make_responsible",
    "mark_alarm",
    "move_shift",
    "move_training",
    "naming",
    "offer_swap",
    "open_day",
    "open_rehearsal",
    "open_workspace",
    "plan_shift",
    "profile_as_kept",
    "queue_mail",
    "read_accountable",
    "read_document",
    "read_people",
    "read_team",
    "record_audit",
    "refused",
    "release_time",
    "relink_person",
    "remind_deputy",
    "request_absence",
    "require_cover",
    "restore_record",
    "revoke_guest_link",
    "save_duty_rules",
    "save_expert",
    "save_hours",
    "save_profile",
    "save_rest_day",
    "save_skills",
    "save_training_unit",
    "save_unit",
    "see_notices",
    "send_due_mail",
    "send_notice",
    "set_appearance",
    "settle_notices",
    "show_demo",
    "stale_undo",
    "take_gap",
    "tell_gaps",
    "tell_rest_due",
    "tell_unrequired",
    "undo_change",
    "undo_fields",
    "undo_responsible",
    "undo_rest_day",
    "unit_of_person",
    "use_login_link",
    "whole_or_nothing",
    "with_copy",
    "withdraw_absence",
    "withdraw_swap",
]
