"""How active we can be on a network for long: from the hours a week and what a post costs, answers included (S4-23, S2-05)."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Effort:
    """What a channel asks for: minutes to make a post, our answers below each post, minutes for each answer, and our answers a
    week to what members begin themselves. None is negative."""

    post_minutes: float
    replies_per_post: float
    reply_minutes: float
    other_replies: float = 0

    @property
    def whole_post(self) -> float:
        """Minutes a post costs with the answers it causes."""
        return self.post_minutes + self.replies_per_post * self.reply_minutes


@dataclass(frozen=True, slots=True)
class Activity:
    """What hours bear in a week: posts, and answers of ours. `left_minutes`: what remains; below zero, the answers members wait
    for take more than there is."""

    posts: int
    replies: int
    left_minutes: float


def sustained(hours: float, effort: Effort) -> Activity:
    """What `hours` a week bear. Whoever asks goes first: posts are made of what the answers leave."""
    left = hours * 60 - effort.other_replies * effort.reply_minutes
    # A hundredth of a minute makes up for sums that binary fractions miss.
    posts = max(0, math.floor((left + 0.01) / effort.whole_post)) if effort.whole_post > 0 else 0
    replies = math.ceil(effort.other_replies + posts * effort.replies_per_post - 1e-9)
    return Activity(posts, replies, left - posts * effort.whole_post)


def needed_hours(posts: float, effort: Effort) -> float:
    """Hours a week that so many posts and all answers take."""
    return (posts * effort.whole_post + effort.other_replies * effort.reply_minutes) / 60
