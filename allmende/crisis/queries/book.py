"""The chapter of this room in the book: what is done when it burns, and what was learnt each time (S2-22, S2-23, I-17)."""

from django.db.models import Prefetch
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from allmende.crisis import states
from allmende.crisis.catalogue import CHECKLIST, CLUSTER_WORDS, LESSON_WORDS, STATE_WORDS
from allmende.crisis.models import Incident, Lesson
from allmende.crisis.queries.overview import statements_of
from allmende.guidelines.models import EscalationLevel
from allmende.guidelines.queries import levels_of
from allmende.paper.elements import Chapter, Part, facts, listed, said, table, under
from allmende.team.models import Workspace

# The newest are told of; older ones stand on the page of the room
TOLD = 20


def book_chapter(workspace: Workspace) -> Chapter:
    """The procedure, the levels with whom they call, the words that lie ready, and every incident that is over."""
    levels, statements = levels_of(workspace), list(statements_of(workspace))
    past = _past(workspace)
    if not (levels or statements or past):
        return Chapter("crisis", _("Crisis"), said(_("Nothing is prepared yet.")))
    first = (
        _("Whoever may declare opens Crisis and declares a level; name and reason are enough."),
        _("From level 4 on posts are held; replies go on. What was held is released one by one."),
        _("The people of the level are called, the log opens, and the next news is promised."),
    )
    heads = (_("When"), _("From whom"), _("First reaction"), _("First words"))
    rows = [(one.title, one.source, one.reaction, one.text) for one in statements]
    return Chapter(
        "crisis",
        _("Crisis"),
        (
            *under(_("When it burns"), listed(first)),
            *under(pgettext("crisis", "Checklist"), listed(str(point) for point, _hint in CHECKLIST)),
            *under(_("Levels"), *(_level(one) for one in levels)),
            *under(_("Words that lie ready"), table(heads, rows)),
            *under(_("What was, and what we learnt"), *(_incident(one) for one in past)),
        ),
    )


def _past(workspace: Workspace) -> list[Incident]:
    lessons = Lesson.objects.filter(archived_at__isnull=True).select_related("owner")
    rows = Incident.objects.filter(workspace=workspace, state__in=(states.OVER, states.CLOSED))
    rows = rows.select_related("led_by", "debrief").prefetch_related(Prefetch("lessons", lessons))
    return list(rows[:TOLD])


def _level(level: EscalationLevel) -> tuple[Part, ...]:
    called = [" ".join(filter(None, (_name(one), one.phone))) for one in level.called]  # type: ignore[attr-defined]
    told = facts(
        (_("In our channels"), level.own_channels),
        (_("In the media"), level.media),
        (_("Is told"), level.informs),
        (_("Is called"), ", ".join(called)),
        (_("Decides"), level.decider),
        (_("Who may say what"), level.allowed_speech),
        (_("Posts"), _("are held") if level.holds_posts else _("go on")),
    )
    return under(f"{level.number} {level.name}", told, listed(level.steps.splitlines()), level=2)


def _name(contact: object) -> str:
    person = getattr(contact, "person", None)
    return str(person.name if person else getattr(contact, "name", ""))


def _incident(one: Incident) -> tuple[Part, ...]:
    debrief = getattr(one, "debrief", None)
    told = facts(
        (_("Declared"), _day(one.declared_at)),
        (_("State"), STATE_WORDS[one.state]),
        (_("Why"), one.cause),
        (_("Responsibility"), CLUSTER_WORDS.get(one.cluster, "")),
        (_("Led by"), one.led_by.name),
        (pgettext("crisis", "Line"), one.line),
        (_("Over"), _day(one.over_at) if one.over_at else ""),
        (_("What happened"), debrief.what_happened if debrief else ""),
        (_("What helped"), debrief.went_well if debrief else ""),
        (_("What was missing"), debrief.went_badly if debrief else ""),
    )
    rows = [
        (lesson.text, LESSON_WORDS[lesson.kind], lesson.owner.name if lesson.owner else "",
         _("done") if lesson.done_at else formats.date_format(lesson.due_date, "DATE_FORMAT") if lesson.due_date else "")
        for lesson in one.lessons.all()
    ]  # fmt: skip
    heads = (_("Decided"), _("It concerns"), _("Carried out by"), _("By when"))
    heading = _("Drill: %(title)s") % {"title": one.title} if one.is_drill else one.title
    return under(heading, told, table(heads, rows), level=2)


def _day(at: object) -> str:
    return formats.date_format(timezone.localtime(at), "DATE_FORMAT")  # type: ignore[arg-type]
