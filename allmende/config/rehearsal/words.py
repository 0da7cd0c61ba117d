"""What invented members say in a drill. Everything in it is about `what`, as the person who leads the drill calls it; in
German it stands by itself, for nobody knows how to decline it."""

from collections.abc import Mapping, Sequence
from typing import Any

FIRST = (
    "Anke", "Bela", "Carsten", "Dilan", "Elke", "Farid", "Gudrun", "Hanno", "Ilse", "Jonas", "Kerstin", "Lorenz",
    "Meral", "Nils", "Ortrud", "Paul", "Renate", "Sami",
)  # fmt: skip
LAST = ("Übung", "Beispiel", "Muster", "Probe")

_SAID: Mapping[str, Sequence[str]] = {
    "de": (
        "{what}: Ist das bei euch auch so? Seit heute Morgen geht hier nichts mehr.",
        "{what}: Was ist da los? Auf der Seite steht kein Wort davon.",
        "{what}: Ich warte seit zwei Stunden auf eine Antwort. Das ist kein Umgang.",
        "Bei mir genau dasselbe. Wir hatten heute Kunden im Haus und standen da wie die Anfänger.",
        "{what}: Ihr habt das doch gewusst. Warum erfahren wir davon erst aus der Zeitung?",
        "Kann bitte jemand sagen, ob unsere Daten davon betroffen sind?",
        "{what}: eine Frechheit! Ich bin seit sechs Jahren dabei, so etwas gab es noch nie.",
        "Ein Bekannter hat gekündigt, und ich überlege es mir jetzt auch.",
        "Ruhe bewahren, das Team ist bestimmt dran. Aber ein Satz dazu wäre schon schön.",
        "{what}: Stimmt es, dass das Absicht war? Das schreiben sie nebenan.",
        "Wer haftet eigentlich dafür? Ich habe einen ganzen Arbeitstag verloren.",
        "Löscht ihr hier Beiträge? Meiner von vorhin ist weg.",
        "Ich habe alles mit Bildschirmfotos festgehalten, nur damit das klar ist.",
        "Gibt es wenigstens einen Weg, wie ich heute noch weiterarbeiten kann?",
        "Wann hören wir etwas? „Bald“ reicht mir nicht.",
        "Meine Kollegin hat das der Presse gemeldet. Irgendwer muss ja reden.",
        "{what}, zum zweiten Mal in diesem Jahr. Gelernt habt ihr daraus nichts.",
        "Danke für nichts. Und am Telefon geht auch niemand ran.",
    ),
    "en": (
        "{what}: is it the same for you? Nothing has worked here since this morning.",
        "What is going on with {what}? Your page does not say a word about it.",
        "I have been waiting two hours for an answer about {what}. This is no way to treat people.",
        "Exactly the same here. We had customers in the house today and looked like beginners.",
        "You knew about this. Why do we have to read about {what} in the paper?",
        "Can somebody please tell us whether our data are affected?",
        "{what} is outrageous. I have been here for six years and have never seen anything like it.",
        "Somebody I know has cancelled, and I am thinking about it too.",
        "Keep calm, the team is surely on it. But one sentence would be nice.",
        "Is it true that {what} was done on purpose? That is what they write next door.",
        "Who is liable for this? I have lost a whole day of work.",
        "Are you deleting posts here? Mine from before is gone.",
        "I have screenshots of everything, just so that is clear.",
        "Is there at least some way for me to go on working today?",
        "When do we hear something? “Soon” is not good enough.",
        "My colleague has told the press. Somebody has to talk.",
        "{what}, for the second time this year. You have learnt nothing from it.",
        "Thanks for nothing. And nobody answers the phone either.",
    ),
}
_TITLES: Mapping[str, Sequence[str]] = {
    "de": ("{what}: Wer noch?", "{what}: Was ist da los?", "{what}, und keiner sagt etwas", "Jetzt reicht es"),
    "en": ("{what}: who else?", "What about {what}?", "{what}, and nobody says a word", "That is enough"),
}
_REACTIONS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "de": {
        "questions": (
            "Und was heißt das jetzt für uns?",
            "Das ist mir zu allgemein. Wann genau?",
            "Wenigstens sagt mal jemand etwas. Danke.",
            "Warum erst jetzt?",
        ),
        "answers": ("Bei mir auch.", "Ich habe nichts davon gemerkt.", "Warten wir ab, was sie sagen."),
        "thanks": (
            "Danke, dass du antwortest.",
            "Gut, dann warte ich bis dahin.",
            "Das glaube ich erst, wenn ich es sehe.",
        ),
    },
    "en": {
        "questions": (
            "And what does that mean for us now?",
            "That is too vague for me. When exactly?",
            "At least somebody says something. Thank you.",
            "Why only now?",
        ),
        "answers": ("Same here.", "I have not noticed anything.", "Let us wait for what they say."),
        "thanks": (
            "Thank you for answering.",
            "All right, I will wait until then.",
            "I will believe it when I see it.",
        ),
    },
}


def name(number: int) -> str:
    """The invented member of this number; so many bear different names that a storm has a crowd."""
    last = LAST[number // len(FIRST) % len(LAST)]
    rest = number // (len(FIRST) * len(LAST))
    return f"{FIRST[number % len(FIRST)]} {last}{f' {rest + 1}' if rest else ''}"


def line(language: str, number: int, what: str) -> str:
    """What somebody says about it."""
    return _SAID[language][number % len(_SAID[language])].replace("{what}", what)


def title(language: str, number: int, what: str) -> str:
    """Under which title somebody opens a thread about it."""
    return _TITLES[language][number % len(_TITLES[language])].replace("{what}", what)


def reactions(language: str) -> dict[str, Any]:
    """How members react to what we say, as `sandbox.script` takes it."""
    return {"names": [name(number) for number in range(24)], **_REACTIONS[language]}
