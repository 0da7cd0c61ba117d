"""Reaction plans: per channel, which situation calls for which reaction, by when and by whom. How we say it: messages, words."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from allmende.channels.models import Channel
from allmende.guidelines import states
from allmende.team.models import Record, Revised, choices, one_of


class ReactionPlan(Record):
    """One version of a channel's reaction plan. `version_key` names it for others, such as the channel's gate."""

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="reaction_plans")
    number = models.PositiveIntegerField()
    version_key = models.CharField(max_length=80, unique=True)
    state = models.CharField(max_length=12, default=states.DRAFT, choices=choices(states.REACTION_PLAN_STATES))
    in_force_at = models.DateTimeField(null=True)
    review_date = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["channel", "number"], name="reaction_plan_numbered"),
            models.UniqueConstraint(fields=["channel"], condition=Q(state=states.IN_FORCE), name="one_plan_in_force"),
            one_of("state", states.REACTION_PLAN_STATES, "reaction_plan_state_known"),
        ]


class ReactionRule(Revised):
    """One rule: a situation of the catalogue, how to recognise it, and what we promised.

    Minutes are service time when `counts_service_hours`, else wall-clock time. A null target means no reply is needed.
    With `needs_second_reader` a colleague reads our answer before it leaves.
    `recognise` tells people by what to know the situation; `signs` tells the machine (`domain.reaction.Signs`).
    """

    plan = models.ForeignKey(ReactionPlan, on_delete=models.CASCADE, related_name="rules")
    situation = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    rank = models.PositiveSmallIntegerField()
    is_default = models.BooleanField(default=False)
    reaction = models.CharField(max_length=16, choices=choices(states.REACTIONS))
    first_response_minutes = models.PositiveIntegerField(null=True)
    member_first_minutes = models.PositiveIntegerField(default=0)
    counts_service_hours = models.BooleanField(default=True)
    satisfied_by = models.CharField(max_length=6, default="staff", choices=choices(states.SATISFIED_BY))
    needs_second_reader = models.BooleanField(default=False)
    recognise = models.TextField(blank=True)
    signs = models.JSONField(default=dict)
    instruction = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    serves_key = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering: ClassVar = ["rank"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "situation"], name="situation_once"),
            models.UniqueConstraint(fields=["plan"], condition=Q(is_default=True), name="one_default_rule"),
            models.CheckConstraint(
                condition=Q(first_response_minutes__isnull=True)
                | Q(member_first_minutes__lte=models.F("first_response_minutes")),
                name="members_before_promise",
            ),
        ]


class NetworkMark(models.Model):
    """Something changed at the network and may touch the reaction plan of a channel (S4-32); told by the plan, above.

    `ref` names it there, `url` leads to it. It is gone as soon as somebody settled it.
    """

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+")
    ref = models.CharField(max_length=40)
    what = models.CharField(max_length=300)
    url = models.CharField(max_length=300)
    told_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-told_at", "-id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["channel", "ref"], name="network_mark_once")]


class CoreMessage(Record):
    """What we want understood, in one sentence that posts and replies can carry (`domain.md` 3.10, S4-28).

    `proof_points` are lines that bear it out; outside its days it is kept and not offered. `serves_keys`: the objectives
    of the plan it is to help, by their keys.
    """

    sentence = models.CharField(max_length=200)
    proof_points = models.TextField(blank=True)
    valid_from_date = models.DateField()
    valid_until_date = models.DateField(null=True)
    serves_keys = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar = ["-valid_from_date", "sentence"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(sentence=""), name="message_says_something"),
            models.CheckConstraint(
                condition=Q(valid_until_date__isnull=True) | Q(valid_from_date__lte=models.F("valid_until_date")),
                name="message_days_forward",
            ),
        ]


class BrandRecord(Record):
    """What makes us unmistakable, and how we sound; one for each workspace (S4-28)."""

    promise = models.CharField(max_length=200)
    difference = models.TextField(blank=True)
    voice = models.TextField(blank=True)
    never = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace"], name="one_brand_record")]


class WordEntry(Record):
    """One entry of the word list: a word to use, to avoid or to explain (S2-16, `domain.md` 3.9).

    `alternative`: what to say instead of a word to avoid, or the explanation of one to explain. `others`: what is often said
    in the place of a word to use. `folded` is the term without case and umlauts: a workspace lists a word once.
    """

    term = models.CharField(max_length=80)
    folded = models.TextField()
    advice = models.CharField(max_length=8, choices=choices(states.ADVICE))
    alternative = models.CharField(max_length=300, blank=True)
    others = models.JSONField(default=list)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["folded"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "folded"], name="word_listed_once"),
            one_of("advice", states.ADVICE, "word_advice_known"),
            models.CheckConstraint(condition=~Q(term="") & ~Q(folded=""), name="word_says_something"),
            models.CheckConstraint(
                condition=~Q(advice=states.EXPLAIN) | ~Q(alternative=""), name="word_to_explain_is_explained"
            ),
            models.CheckConstraint(
                condition=~Q(advice=states.USE) | Q(alternative=""), name="word_to_use_has_no_alternative"
            ),
        ]
