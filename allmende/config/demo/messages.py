"""What the Lotsenforum wants understood, what makes it unmistakable and which words are its own."""

from datetime import datetime
from typing import Any

from allmende.config.demo import words
from allmende.guidelines.actions import (
    put_guideline_in_force,
    save_brand,
    save_guideline,
    save_message,
    save_word,
    write_guideline,
)
from allmende.guidelines.states import MEMBERS, TEAM
from allmende.team.models import Person


def write_messages(*, jana: Person, now: datetime) -> None:
    """Two core messages, the brand record a few listed words, a guideline and a netiquette, in the workspace's language."""
    said = words.texts(jana.workspace.language, "messages")
    for text in said["messages"]:
        save_message(
            person=jana, message=None, sentence=text["sentence"], proof_points="\n".join(text["proof"]),
            valid_from_date=jana.workspace.day_at(now), valid_until_date=None, now=now,
        )  # fmt: skip
    save_brand(person=jana, now=now, **said["brand"])
    for word in said["words"]:
        save_word(person=jana, entry=None, now=now, **word)
    _write_guidelines(jana, said, now)


def _write_guidelines(jana: Person, said: dict[str, Any], now: datetime) -> None:
    ours = write_guideline(person=jana, title=said["guideline"]["title"], addressee=TEAM, channel=None, now=now)
    save_guideline(
        person=jana, guideline=ours, title=ours.title, channel=None, needs_acknowledgement=False,
        texts=said["guideline"]["texts"], now=now,
    )  # fmt: skip
    theirs = write_guideline(person=jana, title=said["netiquette"]["title"], addressee=MEMBERS, channel=None, now=now)
    for one in (ours, theirs):
        put_guideline_in_force(person=jana, guideline=one, now=now)
