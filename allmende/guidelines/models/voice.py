"""How we say it: what we want understood, what makes us unmistakable, which words are ours."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from allmende.guidelines import states
from allmende.team.models import Record, choices, one_of


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
    in the place of a word to use. `folded` is the term without case and umlauts: a workspace lists a word once for everybody,
    and once for each audience. `audience_key` names the audience of the plan it holds for, "" for all.
    """

    term = models.CharField(max_length=80)
    folded = models.TextField()
    advice = models.CharField(max_length=8, choices=choices(states.ADVICE))
    alternative = models.CharField(max_length=300, blank=True)
    others = models.JSONField(default=list)
    reason = models.CharField(max_length=300, blank=True)
    audience_key = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering: ClassVar = ["folded", "audience_key"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "folded", "audience_key"], name="word_listed_once"),
            one_of("advice", states.ADVICE, "word_advice_known"),
            models.CheckConstraint(condition=~Q(term="") & ~Q(folded=""), name="word_says_something"),
            models.CheckConstraint(
                condition=~Q(advice=states.EXPLAIN) | ~Q(alternative=""), name="word_to_explain_is_explained"
            ),
            models.CheckConstraint(
                condition=~Q(advice=states.USE) | Q(alternative=""), name="word_to_use_has_no_alternative"
            ),
        ]
