"""What the Lotsenforum wants understood, what makes it unmistakable and which words are its own."""

from datetime import datetime

from allmende.config.demo import words
from allmende.guidelines.actions import save_brand, save_message, save_word
from allmende.team.models import Person


def write_messages(*, jana: Person, now: datetime) -> None:
    """Two core messages, the brand record and a few listed words, in the workspace's language."""
    said = words.texts(jana.workspace.language, "messages")
    for text in said["messages"]:
        save_message(
            person=jana, message=None, sentence=text["sentence"], proof_points="\n".join(text["proof"]),
            valid_from_date=jana.workspace.day_at(now), valid_until_date=None, now=now,
        )  # fmt: skip
    save_brand(person=jana, now=now, **said["brand"])
    for word in said["words"]:
        save_word(person=jana, entry=None, now=now, **word)
