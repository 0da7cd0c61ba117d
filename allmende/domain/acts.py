"""What people do in a community, by name (domain 4.1), and which act a message is by where it stands."""

from typing import Literal

Place = Literal["forum", "social"]

# The core acts of domain.md 4.1; a reader may set others, the vocabulary is extensible. "posted" is 0.1b's
# root on a social network.
CORE_ACTS = frozenset(
    {
        "joined",
        "asked",
        "answered",
        "commented",
        "posted",
        "accepted_answer",
        "thanked",
        "reported_solved",
        "reported_not_solved",
        "shared_experience",
        "published_guide",
        "reviewed_draft",
        "submitted_report",
        "submitted_idea",
        "refined_idea",
        "voted",
        "registered_event",
        "attended_event",
        "hosted_event",
        "welcomed",
        "mentored",
        "referred",
        "flagged",
        "arrived_from_link",
        "completed_on_site",
        "bought",
        "renewed",
        "surveyed",
        "reused_answer",
        "left",
    }
)


def act_of(place: Place, *, is_root: bool, is_root_author: bool) -> str:
    """The act of a message by where it stands (domain.md 0.1b, Acts)."""
    if place == "social":
        return "posted" if is_root else "commented"
    if is_root:
        return "asked"
    return "commented" if is_root_author else "answered"
