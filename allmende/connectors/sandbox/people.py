"""Simulated members: they answer what we post, thank for what we answer, help one another.

Who answers what and when is decided by the seed and the post alone, so two runs tell the same story and a crash
repeats nothing: each member says at most one thing to each post.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from allmende.connectors.sandbox.faults import chance
from allmende.connectors.sandbox.network import Account, IdTaken, Network, NotAllowed, NotThere, Words
from allmende.connectors.sandbox.script import Script, script_of
from allmende.connectors.sandbox.store import moment

NAMES = (
    "Anneke Behrens",
    "Bruno Hagedorn",
    "Carla Wittmann",
    "Deniz Arslan",
    "Elif Yıldız",
    "Franz Moosbrugger",
    "Gesa Petersen",
    "Henrik Lindqvist",
)
QUESTIONS = (
    "Danke für den Beitrag. Gilt das auch, wenn man schon länger dabei ist?",
    "Gut zu wissen. Wo finde ich das im Menü?",
    "Ich habe es gleich ausprobiert und komme beim zweiten Schritt nicht weiter. Woran kann das liegen?",
    "Wird es dazu auch einen Termin zum Mitmachen geben?",
    "Kann man das auch für mehrere Personen auf einmal einstellen?",
    "Wie macht ihr das, wenn der Monat schon abgeschlossen ist?",
)
ANSWERS = (
    "Bei mir lag es an einer alten Einstellung. Einmal abmelden und neu anmelden hat geholfen.",
    "Das geht: oben rechts auf den Namen klicken, dann steht es unter „Eigene Angaben“.",
    "Wir machen es so: erst sichern, dann umstellen, am nächsten Tag noch einmal vergleichen.",
    "Ich hatte dieselbe Frage. Die Anleitung auf Seite 4 beschreibt es Schritt für Schritt.",
)
THANKS = (
    "Vielen Dank, das hat geholfen!",
    "Danke, jetzt klappt es.",
    "Super erklärt, danke schön.",
)
STARTERS = (
    ("Belege nachträglich ändern", "Guten Tag, kann ich einen Beleg noch ändern, wenn der Monat abgeschlossen ist?"),
    ("Zwei Geräte gleichzeitig", "Hallo zusammen, nutzt jemand das Programm auf zwei Geräten? Worauf muss ich achten?"),
    ("Erfahrungen mit der neuen Ansicht", "Wie kommt ihr mit der neuen Ansicht zurecht? Ich suche noch den Filter."),
    ("Vorlage gesucht", "Hat jemand eine Vorlage für die Übergabe an die Urlaubsvertretung und mag sie teilen?"),
)

_USUAL = Script(datetime.min.replace(tzinfo=UTC), NAMES, QUESTIONS, ANSWERS, THANKS)


@dataclass(frozen=True, slots=True)
class People:
    """The members of one network. `pace` 1.0 answers after 5 to 20 seconds; 0.1 ten times as fast.

    A network with a script has members of its own names and words, who also write of their own accord.
    """

    network: Network
    seed: str = "allmende"
    pace: float = 1.0
    script: Script = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "script", script_of(self.network) or _USUAL)

    def live(self, *, now: datetime) -> int:
        """Everything that is due by now; returns how many things were said or done."""
        posts = [post for post in self.network.timeline() if moment(post["created_at"]) >= self.script.since]
        answered = {post["parent"] for post in posts if not self._is_ours(post)}
        reacted = sum(self._react(post, now) for post in posts if post["id"] not in answered)
        return reacted + self.script.tell(self.network, now=now, seed=self.seed, pace=self.pace)

    def start_thread(self, number: int, *, now: datetime) -> str:
        """A member's own question, the `number`-th (from 0); returns its id, "" if it stands already."""
        title, text = STARTERS[number % len(STARTERS)]
        member = self._member("starter", number)
        return self._say(member, Words(text, title=title, chosen_id=f"m-{number}"), now)

    def _react(self, post: dict[str, Any], now: datetime) -> int:
        if now < moment(post["created_at"]) + self._delay(post):
            return 0
        is_root = post["parent"] is None
        if self._is_ours(post):
            return self._ask_back(post, now) if is_root else self._thank(post, now)
        if post["id"].startswith("s"):  # told by the script to its end
            return 0
        is_open = "?" in post["text"] and chance(self.seed, post["id"], "helped") < 0.4
        return self._help(post, now) if is_open else 0

    def _ask_back(self, post: dict[str, Any], now: datetime) -> int:
        return self._reply(post, self._member(post["id"], 0), self.script.questions, now)

    def _thank(self, post: dict[str, Any], now: datetime) -> int:
        try:
            asked = self.network.post(post["parent"])
        except NotThere:
            return 0
        if asked["author"]["name"] not in self.script.names:  # nobody speaks for a person
            return 0
        asker = Account(int(asked["author"]["id"]), asked["author"]["handle"], asked["author"]["name"], is_ours=False)
        done = self._reply(post, asker, self.script.thanks, now)
        if done:
            self.network.gesture(asker, "thank", post["id"], now=now)
        return done

    def _help(self, post: dict[str, Any], now: datetime) -> int:
        helper = self._member(post["id"], 1)
        return self._reply(post, helper, self.script.answers, now) if str(helper.id) != post["author"]["id"] else 0

    def _reply(self, post: dict[str, Any], member: Account, texts: Sequence[str], now: datetime) -> int:
        text = texts[int(chance(self.seed, post["id"], "text") * len(texts))]
        words = Words(text, parent=post["id"], chosen_id=f"{post['id']}-r{member.id}")
        return bool(self._say(member, words, now))

    def _say(self, member: Account, words: Words, now: datetime) -> str:
        try:
            return str(self.network.say(member, words, now=now)["id"])
        except (IdTaken, NotAllowed, NotThere):
            return ""

    def _member(self, *choice: object) -> Account:
        names = self.script.names
        return self.network.member(names[int(chance(self.seed, *choice) * len(names))])

    def _delay(self, post: dict[str, Any]) -> timedelta:
        return timedelta(seconds=self.pace * (5 + 15 * chance(self.seed, post["id"], "delay")))

    def _is_ours(self, post: dict[str, Any]) -> bool:
        return bool(post["author"]["ours"])
