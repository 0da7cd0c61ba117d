"""What a machine supposes about messages: which model speaks, what is shown beside a conversation, and how often it was right."""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import Avg, Count, Q, QuerySet

from allmende.channels.models import Message
from allmende.channels.states import INWARD
from allmende.domain.urgency import AT_ONCE, USUAL
from allmende.guidelines.catalogue import SITUATIONS
from allmende.inbox import states
from allmende.inbox.models import Conversation, Entry, Learning, Suggestion, TriageRules
from allmende.team.models import Workspace
from allmende.triage.model import CannotLoad, TriageModel, load
from allmende.triage.rows import Row

FOLDER, SHARED = "triage", "model.skops"
NUMBERS = {one.number for one in SITUATIONS}
LOOKED_BACK = timedelta(days=90)
# Stated certainty from, to; a band with fewer answers says nothing yet.
BANDS = ((0.0, 0.6), (0.6, 0.8), (0.8, 1.01))
FEWEST_ANSWERS = 10
SURE = 0.6
LISTS = ("words", "urgency_words")
LEARNINGS_SHOWN = 5
log = logging.getLogger("allmende.inbox")


@dataclass(frozen=True)
class Band:
    """Suggestions of about the same certainty: how many people answered, the certainty stated, the share they took."""

    answered: int
    stated: float
    taken: int

    @property
    def is_enough(self) -> bool:
        return self.answered >= FEWEST_ANSWERS


@dataclass(frozen=True)
class Quality:
    """How often the team agreed in the last 90 days, with the signs of the plans and with the model; `bands`: can its
    certainty be believed? `learnings`: the last attempts to learn. `version`: the model in use, "" where there is none."""

    of_signs: Band
    of_model: Band
    bands: Sequence[Band]
    version: str
    decisions: int
    learnings: Sequence[Learning]


def triage_rules_of(workspace: Workspace) -> TriageRules:
    """Whether suggestions are made here, as it stands or as it begins."""
    return TriageRules.objects.filter(workspace=workspace).first() or TriageRules(workspace=workspace)


def shown_suggestion(conversation: Conversation) -> Suggestion | None:
    """What stands beside a conversation: its newest suggestion, if it says more than everybody knows. No query."""
    kept = getattr(conversation, "newest_suggestion", None)
    if not kept or kept["state"] != states.OPEN:
        return None
    # SQLite gives lists back as text inside of an object.
    lists = {name: json.loads(kept[name]) if isinstance(kept[name], str) else kept[name] for name in LISTS}
    found = Suggestion(**(kept | lists))
    if not _is_news(conversation, found):
        found.situation = None
    is_foreign = found.language not in ("", conversation.workspace.language)
    return found if found.situation or found.label or found.urgency != USUAL or is_foreign else None


def _is_news(conversation: Conversation, found: Suggestion) -> bool:
    """Does its situation say more than the rule that applies? A conflict always; anything else where no sign was found.

    What thanks or asks on in a long thread is no other situation, and a guess no better than a coin is none.
    """
    rule = conversation.rule
    if conversation.is_rule_chosen_by_person or (rule and rule.situation == found.situation):
        return False
    is_sure = found.confidence is None or found.confidence >= SURE
    is_unknown = found.source == states.BY_MODEL and conversation.rule_reason != "signs"
    return is_sure and (found.situation in states.GRAVE_SITUATIONS or is_unknown)


def last_suggestion(conversation: Conversation) -> Suggestion | None:
    """What was supposed about the message that was read last."""
    rows = Suggestion.objects.filter(message__entry__conversation=conversation)
    return rows.order_by("-message").first()


def is_so_urgent(urgency: str) -> Q:
    """Whether a conversation holds a message supposed to be this urgent. That is rare, so those are gathered first."""
    # SQLite takes the index of what is urgent only for its own written-out condition.
    rare = Suggestion.objects.extra(where=["NOT (urgency = 'usual')"])
    found = rare.filter(urgency=AT_ONCE) if urgency == AT_ONCE else rare
    return Q(pk__in=Entry.objects.filter(message__in=found.values("message")).values("conversation"))


def model_file(workspace_id: UUID | None) -> Path:
    """Where the model of a workspace lies, or the one of the installation."""
    folder: Path = settings.DATA / FOLDER
    return folder / (f"{workspace_id}.skops" if workspace_id else SHARED)


def model_of(workspace_id: UUID) -> TriageModel | None:
    """What this workspace learned, else what was learned from a file; None where there is neither, or it cannot be used."""
    for path in (model_file(workspace_id), model_file(None)):
        try:
            return _loaded(path, path.stat().st_mtime_ns)
        except FileNotFoundError:
            continue
        except CannotLoad as refusal:
            log.warning("No suggestions from a model: %s", refusal)
    return None


@lru_cache(maxsize=4)
def _loaded(path: Path, _changed: int) -> TriageModel:
    return load(path)


def decisions_of(workspace: Workspace) -> list[Row]:
    """What people of the team called which words: what a model learns from.

    Private messages, and words whose author deleted them or asked to be forgotten, are left out.
    """
    rows = Message.objects.filter(
        entry__conversation__workspace=workspace,
        entry__conversation__is_rule_chosen_by_person=True,
        entry__conversation__rule__isnull=False,
        direction=INWARD,
        deleted_at__isnull=True,
        identity__member__erased_at__isnull=True,
    ).exclude(visibility="direct")
    rows = rows.order_by("entry__conversation", "occurred_at", "pk")
    columns = ("entry__conversation", "entry__conversation__rule__situation", "title", "text", "suggestion__state")
    judged: dict[int, Row] = {}
    answered: dict[int, Row] = {}
    for conversation, situation, title, text, state in rows.values_list(*columns):
        row = Row(text_of(title, text), str(situation))
        judged.setdefault(conversation, row)
        if state in (states.TAKEN, states.OVERRULED):
            answered[conversation] = row
    return [row for row in (judged | answered).values() if row.text]


def text_of(title: str, text: str) -> str:
    """The words of a message as a model reads them."""
    return f"{title}\n{text}".strip()


def situation_in(label: str) -> int | None:
    """The situation a label names by its number, if it does."""
    return int(label) if label.isdecimal() and int(label) in NUMBERS else None


def quality_of(workspace: Workspace, now: datetime) -> Quality:
    """How far suggestions can be believed here."""
    rows = Suggestion.objects.filter(
        message__channel__workspace=workspace, answered_at__gte=now - LOOKED_BACK, answered_at__lte=now
    )
    of_model = rows.filter(source=states.BY_MODEL)
    bands = [_band(of_model.filter(confidence__gte=low, confidence__lt=high)) for low, high in BANDS]
    decided = Conversation.objects.filter(workspace=workspace, is_rule_chosen_by_person=True)
    return Quality(
        of_signs=_band(rows.filter(source=states.BY_SIGNS)),
        of_model=_band(of_model),
        bands=[one for one in bands if one.answered],
        version=_version_of(workspace),
        decisions=decided.count(),
        learnings=list(Learning.objects.filter(workspace=workspace)[:LEARNINGS_SHOWN]),
    )


def _version_of(workspace: Workspace) -> str:
    """The model in use, as its suggestions or its learning name it: opening the file takes a page too long."""
    if not any(model_file(one).exists() for one in (workspace.pk, None)):
        return ""
    rows = Suggestion.objects.filter(message__channel__workspace=workspace, source=states.BY_MODEL)
    said = rows.order_by("-suggested_at").values_list("model_version", flat=True).first()
    learned = Learning.objects.filter(workspace=workspace, is_used=True).values_list("version", flat=True).first()
    return said or learned or ""


def _band(rows: QuerySet[Suggestion]) -> Band:
    found = rows.aggregate(n=Count("pk"), stated=Avg("confidence"), taken=Count("pk", filter=Q(state=states.TAKEN)))
    return Band(found["n"], found["stated"] or 0.0, found["taken"])


def workspaces_off() -> "QuerySet[TriageRules, UUID]":
    """Workspaces in which no suggestions are made."""
    return TriageRules.objects.filter(is_on=False).values_list("workspace_id", flat=True)
