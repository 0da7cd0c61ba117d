"""Waves of messages by invented members, sent into the copy's networks by whoever leads the drill."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from allmende.channels.actions import PracticePost, people_the_practice, practice_network
from allmende.channels.models import Channel
from allmende.channels.states import PRACTICE
from allmende.config.rehearsal import words
from allmende.team.access import require
from allmende.team.actions import CannotRehearse
from allmende.team.models import Person

LEAD = "crisis.incident.lead"
# How many say something
FEW, WAVE, STORM = 6, 24, 60
SIZES = (FEW, WAVE, STORM)
LONGEST_WHAT = 80
# They said it within the last minutes, so that the figures see it at their next look.
WITHIN = timedelta(minutes=12)
# So many answer each that opens a thread.
ANSWERS = 3


def send_wave(*, person: Person, what: str, size: int, now: datetime) -> int:
    """Let `size` invented members write about `what` in the copy's channels, most of them in the first; returns how many wrote.

    The worker hears them as it hears any network. Raises CannotRehearse outside a copy, and without a subject.
    """
    require(person, LEAD)
    about = " ".join(what.split())[:LONGEST_WHAT]
    if not person.workspace.is_rehearsal:
        raise CannotRehearse(_("Nothing was sent. Invented members speak in a copy alone."))
    if not about:
        raise CannotRehearse(_("Nothing was sent. Say in a few words what they write about."))
    files = _files(person)
    if not files or size not in SIZES:
        raise CannotRehearse(_("Nothing was sent. No channel of this copy stands at its practice network."))
    # A second wave brings other people.
    begun = sum(len(practice_network(file).timeline()) for file in files)
    shares = [size - size // 3 * (len(files) > 1), *([size // 3] if len(files) > 1 else [])]
    for file, share in zip(files, shares, strict=False):
        people_the_practice(posts=_posts(person.workspace.language, about, share, begun, now), file=file)
        begun += share
    return size


def _files(person: Person) -> list[str]:
    """The networks of the copy's channels, the oldest first."""
    rows = Channel.objects.filter(workspace=person.workspace, archived_at__isnull=True, account__kind=PRACTICE)
    return [
        one.account.settings["file"] for one in rows.select_related("account").order_by("created_at") if one.account
    ]


def _posts(language: str, what: str, size: int, begun: int, now: datetime) -> Sequence[PracticePost]:
    posts: list[PracticePost] = []
    opened = 0
    for place in range(size):
        number, at = begun + place, now - WITHIN + WITHIN * (place + 1) / size
        is_first = place % (ANSWERS + 1) == 0
        opened = place if is_first else opened
        posts.append(
            PracticePost(
                words.name(number), words.line(language, number, what), at,
                title=words.title(language, number // (ANSWERS + 1), what) if is_first else "",
                answers=None if is_first else opened,
            )
        )  # fmt: skip
    return posts
