"""What a file holds of this room: who works here, when, and who answered for what (S0-24)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from allmende.team.models import (
    ClosedDay,
    CoverageRequirement,
    DutyRules,
    Person,
    Responsibility,
    ResponsibleUnit,
    ServiceHours,
    ServiceSpan,
    StaffingAssumption,
    UnitMember,
    Workspace,
)
from allmende.team.queries.record import HERE, RecordChapter, record_table, row_table

SETTINGS = row_table(
    Workspace,
    "name organisation language zone country subdivision address_form gender_form reply_delay_seconds modules_off",
    way="pk",
    left_out={
        "slug": "the address of the community that reads it in stays",
        "demo_since": "what is read in is no demo",
        "demo_percent": "what is read in is no demo",
        "rehearsal_of": "what is read in is no copy to practise in",
        "rests_since": "whoever reads it in has no duty yet that was to be rested for",
        "alarm_since": "what burns, burns where it was written down",
        "created_at": "the community that reads it in has a beginning of its own",
        "updated_at": "whoever reads it in changes the settings then",
        "updated_by": "whoever reads it in changes the settings then",
        "revision": "counts the writings in one database",
    },
)
# Two people may have the same name: their order tells them apart.
PEOPLE_TABLE = row_table(
    Person,
    "name role employment access_until_date left_at",
    order=("name", "created_at"),
    told={"left_at": lambda person: None if person.is_uninvited else person.left_at},
    left_out={
        **HERE,
        "briefing_asked_at": "whoever is invited from outside reads the briefing there",
        "user": "a log-in is its owner's; nobody gets in by a file",
        "is_uninvited": "whoever a file names is to be invited wherever it is read in, unless they had left",
        "created_at": "since when somebody has had a log-in",
        "updated_at": "when a role was changed stands in the audit book",
        "updated_by": "who changed a role stands in the audit book",
        "revision": "counts the writings in one database",
    },
)
HOURS = record_table(ServiceHours, "name zone country subdivision keeps_holidays is_default")
SPANS = row_table(ServiceSpan, "hours weekday starts_at ends_at", way="hours__workspace")
CLOSED_DAYS = row_table(ClosedDay, "hours on_date name", way="hours__workspace")
COVERAGE = record_table(
    CoverageRequirement,
    "hours seats starts_date weekend_starts_at weekend_ends_at",
    left_out={"unit": "trainings stay with one employer; say anew which one these hours ask for"},
)
ASSUMPTIONS = record_table(StaffingAssumption, "name value reason")
DUTY_RULES = record_table(
    DutyRules,
    "rest_hours usual_hours longest_hours free_sundays warns_sundays warns_holidays sunday_rest_weeks holiday_rest_weeks",
    added={"sunday_rest_weeks": 2, "holiday_rest_weeks": 8},
)
UNITS = record_table(ResponsibleUnit, "kind name lead")
MEMBERS = row_table(UnitMember, "unit person", way="unit__workspace")

TEAM = RecordChapter(
    "team",
    (SETTINGS, PEOPLE_TABLE, HOURS, SPANS, CLOSED_DAYS, COVERAGE, ASSUMPTIONS, DUTY_RULES, UNITS, MEMBERS),
    {
        "user": _("Log-ins and e-mail addresses of colleagues: they are theirs."),
        "loginlink": _("Links to log in: keys open nothing elsewhere."),
        "guestlink": _("Links for guests: keys open nothing elsewhere; hand out new ones."),
        "releasedtime": _("Hours that line managers release: they concern single people and hold for one employer."),
        "shift": _("Duty rosters: plan them anew with the people who are there."),
        "swapoffer": _("Duty rosters: plan them anew with the people who are there."),
        "acceptedgap": _("Gaps in a duty roster that somebody accepted: they belong to that roster."),
        "restday": _("Days of rest for Sundays and holidays: they concern single people of one employer."),
        "absence": _("Absences: when somebody is away is theirs."),
        "trainingunit": _(
            "Training: what is learnt, and how far everybody is, concerns single people of one employer."
        ),
        "trainingrecord": _(
            "Training: what is learnt, and how far everybody is, concerns single people of one employer."
        ),
        "trainingexception": _(
            "Training: what is learnt, and how far everybody is, concerns single people of one employer."
        ),
        "roleprofile": _("Role profiles, and what people say they can: they concern single people of one employer."),
        "competency": _("Role profiles, and what people say they can: they concern single people of one employer."),
        "profileholder": _("Role profiles, and what people say they can: they concern single people of one employer."),
        "personskill": _("Role profiles, and what people say they can: they concern single people of one employer."),
        "briefingreceipt": _(
            "Training: what is learnt, and how far everybody is, concerns single people of one employer."
        ),
        "expert": _("Agreements with experts: each was given to one organisation; ask them again."),
        "notice": _("Notices: each is meant for one person on one day."),
        "mail": _("E-mail on its way: it was sent, or will be, from where it was written."),
        "auditrow": _("The audit book: it proves what happened in one database and begins anew elsewhere."),
        "auditdetail": _("The audit book: it proves what happened in one database and begins anew elsewhere."),
    },
)

# Which table the key of a responsibility leads to, by its kind; keys of plan elements are the same everywhere.
KEYED = {"plan": "strategicplan", "unit": "responsibleunit", "stakeholder": "stakeholder"}


def _thing(key: str, row: Any, find: Any) -> str:
    return str(find(KEYED[row["kind"]], key)) if row["kind"] in KEYED else key


ACCOUNTABLE = RecordChapter(
    "accountable",
    (
        row_table(
            Responsibility,
            "kind key label unit starts_at ends_at recorded_at recorded_by",
            order=("starts_at", "kind", "label", "recorded_at"),
            ids={"key": _thing},
            left_out=HERE,
        ),
    ),
    {},
)
