"""Sentences of the forum put together from building blocks, so that a thread stays with its topic."""

import random
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from allmende.config.demo import words


@dataclass(slots=True)
class Case:
    """What one thread is about, and what has been said in it."""

    title: str
    problem: str
    solutions: list[str]
    staff: str
    said: dict[str, set[int]] = field(default_factory=dict)
    asked: int = 0


@dataclass
class Teller:
    """Writes one language; the dice decide which block comes next."""

    language: str
    dice: random.Random
    blocks: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.blocks = words.texts(self.language, "forum")

    def case(self) -> Case:
        """One case of one topic; the first topics come up more often, as in life."""
        topics: list[dict[str, Any]] = self.blocks["topics"]
        topic = topics[min(int(self.dice.expovariate(1 / 9)), len(topics) - 1)]
        place = self.dice.randrange(len(topic["titles"]))
        usual: str = topic["solutions"][-1]
        return Case(
            topic["titles"][place], topic["problems"][place], [usual, topic["solutions"][place]], topic["staff"]
        )

    def title(self, case: Case, at: datetime) -> str:
        """What the asker calls it."""
        return self._filled(case.title, at)

    def question(self, case: Case, at: datetime) -> str:
        """Greeting, who they are, what is wrong, what they tried."""
        parts = [self._one("greetings")]
        if self.dice.random() < 0.55:
            parts.append(self._one("contexts"))
        parts.append(case.problem)
        if self.dice.random() < 0.55:
            parts.append(self._one("details"))
        if self.dice.random() < 0.7:
            parts.append(self._one("closings"))
        return self._filled(self._joined(parts), at)

    def answer(self, case: Case, at: datetime, name: str) -> str:
        """A member's way to do it; when all ways are told, something to add."""
        if not case.solutions:
            return self.once(case, "additions", at)
        return self._filled(self._joined([self._one("leads"), case.solutions.pop(), self._one("caveats")]), at, name)

    def staff_answer(self, case: Case, at: datetime, name: str, staff: str) -> str:
        """The team's answer, polite and signed."""
        parts = [self._one("staff_openings"), case.staff, self._one("staff_closings")]
        return self._filled(self._joined(parts), at, name, staff)

    def asks_back(self, case: Case, questions: str, at: datetime) -> str:
        """A question of this block that was not asked yet; `replies` knows what is said to it."""
        case.asked = self._place_not_said(case, questions)
        return self._filled(self.blocks[questions][case.asked], at)

    def replies(self, case: Case, answers: str, at: datetime) -> str:
        """What is said to the question asked last."""
        return self._filled(self.blocks[answers][case.asked], at)

    def once(self, case: Case, block: str, at: datetime, name: str = "", staff: str = "") -> str:
        """A sentence of a block that was not said yet in this thread."""
        return self._filled(self.blocks[block][self._place_not_said(case, block)], at, name, staff)

    def has_more(self, case: Case, block: str) -> bool:
        """Whether anything of the block is unsaid in this thread."""
        return len(case.said.get(block, ())) < len(self.blocks[block])

    def say(self, block: str, at: datetime, name: str = "", staff: str = "") -> str:
        """One sentence of a block, such as thanks."""
        return self._filled(self._one(block), at, name, staff)

    def gathering(self, at: datetime, staff: str) -> tuple[str, str]:
        """Title and text of a thread the team opens."""
        found = self.dice.choice(self.blocks["gatherings"])
        return self._filled(found["title"], at, "", staff), self._filled(found["text"], at, "", staff)

    def _place_not_said(self, case: Case, block: str) -> int:
        said = case.said.setdefault(block, set())
        places = [place for place in range(len(self.blocks[block])) if place not in said]
        place = self.dice.choice(places or range(len(self.blocks[block])))
        said.add(place)
        return place

    def _one(self, block: str) -> str:
        sentence: str = self.dice.choice(self.blocks[block])
        return sentence

    def _joined(self, parts: list[str]) -> str:
        """Sentences in a row; after "Hello," the next begins small, after a full stop with a capital."""
        text = ""
        for part in filter(None, parts):
            begins_sentence = text and text[-1] in ".!?"
            text = f"{text} {part[:1].upper() + part[1:] if begins_sentence else part}".strip()
        return text[:1].upper() + text[1:]

    def _filled(self, text: str, at: datetime, name: str = "", staff: str = "") -> str:
        if "{" not in text:
            return text
        dice = self.dice
        if "{n}" in text:
            text = text.replace("{n}", str(dice.randint(2, 14)))
        if "{amount}" in text:
            text = text.replace("{amount}", self._amount())
        if "{month}" in text:
            text = text.replace("{month}", self.blocks["months"][(at.month - 1 - dice.choice((0, 1, 1, 2))) % 12])
        if "{version}" in text:
            text = text.replace("{version}", f"{at.year % 100}.{(at.month - 1) // 3 + 1}")
        if "{trade}" in text:
            text = text.replace("{trade}", self._one("trades"))
        return text.replace("{name}", name.split(" ", maxsplit=1)[0]).replace(
            "{staff}", staff.split(" ", maxsplit=1)[0]
        )

    def _amount(self) -> str:
        cents = int(self.dice.lognormvariate(11.5, 1.1))
        euros = f"{cents // 100:,}".replace(",", self.blocks["thousand"])
        written: str = self.blocks["currency"].format(f"{euros}{self.blocks['decimal']}{cents % 100:02d}")
        return written
