"""Suppose situation, language and urgency of messages: by the signs of the plan first, then by what was learned."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from allmende.channels.models import Message
from allmende.domain.reaction import Rule, Sighting, choose_rule
from allmende.domain.urgency import urgency_of
from allmende.guidelines.models import ReactionPlan
from allmende.guidelines.queries import plans_in_force, rules_of
from allmende.inbox import states
from allmende.inbox.actions.fold_conversations import first_posts
from allmende.inbox.actions.keep_language import keep_language
from allmende.inbox.models import Suggestion
from allmende.inbox.queries.triage import model_of, situation_in, text_of
from allmende.triage.language import language_of

# A model says by which words for each word anew: of a long text its beginning must do.
MOST_READ = 2000
MOST_SIGNS = 5
WRITTEN = (
    "source", "situation", "label", "confidence", "words", "model_version", "language", "urgency", "urgency_words",
    "suggested_at", "read_change",
)  # fmt: skip


def suggest_for(*, messages: Sequence[Message], now: datetime) -> int:
    """Write beside each message what is supposed about it; nothing is hidden, answered or assigned. Returns how many.

    `messages` come with channel and entry, and know `is_reply_to_us`. Reading is done before anything is written: a model
    takes its time.
    """
    plans = plans_in_force({one.channel for one in messages})
    rules = {channel: rules_of(plan) for channel, plan in plans.items()}
    first = first_posts({0: messages})
    found = [
        _supposed(one, plans.get(one.channel_id), rules.get(one.channel_id, ()), one.pk in first, now)
        for one in messages
    ]
    with transaction.atomic():
        Suggestion.objects.bulk_create(found, update_conflicts=True, unique_fields=["message"], update_fields=WRITTEN)
        keep_language(conversation_ids={one.entry.conversation_id for one in messages})
    return len(found)


@transaction.atomic
def forget_suggestions(*, rows: "QuerySet[Suggestion]") -> int:
    """Let go of what was supposed about words that are gone; of how many messages."""
    places = dict(rows.values_list("message", "message__entry__conversation"))
    if places:
        Suggestion.objects.filter(message__in=places).delete()
        keep_language(conversation_ids={one for one in places.values() if one})
    return len(places)


def _supposed(
    message: Message, plan: ReactionPlan | None, rules: Sequence[Rule], is_first_post: bool, now: datetime
) -> Suggestion:
    said = _by_signs(message, rules, is_first_post) or _by_model(message)
    targets = {rule.situation: rule.first_response_minutes for rule in plan.rules.all()} if plan else {}
    situation, text = said.get("situation"), text_of(message.title, message.text)
    urgency = urgency_of(text, situation, targets.get(situation) if situation else None)
    return Suggestion(
        message=message, language=language_of(text), urgency=urgency.level, urgency_words=list(urgency.words),
        suggested_at=now, read_change=message.changed_at, **said,
    )  # fmt: skip


def _by_signs(message: Message, rules: Sequence[Rule], is_first_post: bool) -> dict[str, Any]:
    choice = choose_rule(
        rules,
        Sighting(
            text=f"{message.title}\n{message.text}",
            author_class=message.author_class,
            is_first_post=is_first_post,
            is_private=message.visibility == "direct",
            is_reply_to_us=bool(getattr(message, "is_reply_to_us", False)),
        ),
    )
    if choice.reason_code != "signs":
        return {}
    situation = next(rule.situation for rule in rules if rule.key == choice.rule_key)
    words = [sign.text for sign in choice.signs_found if sign.text][:MOST_SIGNS]
    return {"source": states.BY_SIGNS, "situation": situation, "words": words}


def _by_model(message: Message) -> dict[str, Any]:
    model, text = model_of(message.channel.workspace_id), text_of(message.title, message.text)[:MOST_READ]
    if model is None or not text:
        return {}
    said = model.explain(text)
    situation = situation_in(said.label)
    return {
        "source": states.BY_MODEL, "situation": situation, "label": "" if situation else said.label[:60],
        "confidence": min(1.0, max(0.0, said.confidence)), "words": list(said.words), "model_version": model.version[:12],
    }  # fmt: skip
