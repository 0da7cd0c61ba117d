"""The 22 situations we ship, as editable proposals (`domain.md` 3.8): names, reactions, times, signs of our own.

Times are minutes; a working day is eight hours of service. Signs are folded words and phrases, `*` ends a beginning.
Where no words can tell (is the critic right?), there are none: a person chooses the situation.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise
HOUR = 60
WORKING_DAY = 8 * HOUR


@dataclass(frozen=True)
class Situation:
    """One recognisable kind of message and what we propose to do about it.

    `minutes` None: no reply is needed. `rank` orders the rules: the first whose signs are found applies.
    """

    number: int
    rank: int
    name: Words
    recognise: Words
    instruction: Words
    reason: Words
    reaction: str
    minutes: int | None
    member_first: int = 0
    counts_service_hours: bool = True
    satisfied_by: str = "staff"
    words: tuple[str, ...] = ()
    is_question: bool | None = None
    is_first_post: bool | None = None
    is_default: bool = False

    @property
    def signs(self) -> dict[str, object]:
        """The signs as a rule stores them (`domain.reaction.Signs.from_mapping`); what does not matter is left out."""
        signs = {"words": list(self.words), "is_question": self.is_question, "is_first_post": self.is_first_post}
        return {name: value for name, value in signs.items() if value not in (None, [])}


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(";"))


SITUATIONS: tuple[Situation, ...] = (
    Situation(
        1,
        22,
        _("Question, ordinary"),
        _("Somebody asks something that other members can know."),
        _("Wait until members had their time. Then answer, and name whoever answered well before you."),
        _("Members shall help each other; our quick answer would take the chance from them."),
        "reply_publicly",
        24 * HOUR,
        member_first=4 * HOUR,
        satisfied_by="anyone",
        is_question=True,
        is_default=True,
    ),
    Situation(
        2,
        12,
        _("Question by a newcomer"),
        _("A question that is also the first post of this person."),
        _("Welcome them by name, answer, or bring them together with somebody who can."),
        _("Whoever hears nothing after the first post rarely writes a second."),
        "reply_publicly",
        2 * HOUR,
        is_question=True,
        is_first_post=True,
    ),
    Situation(
        3,
        8,
        _("Question only we can answer"),
        _("Contract, order, invoice or account of one person."),
        _("Ask them into a private message, solve it there, and say here that it goes on there."),
        _("Others cannot know it, and the details belong to this person alone."),
        "reply_privately",
        4 * HOUR,
        words=_words(
            "rechnung*; mein vertrag; meinen vertrag; meine bestellung*; bestellnummer*; kündig*; mein konto; meinem konto; "
            "kundennummer*; erstatt*; invoice*; my contract; my order; order number; cancel my; my account; refund*"
        ),
    ),
    Situation(
        4,
        14,
        _("Product question for an expert"),
        _("A question about technical facts of the product that members hardly know for certain."),
        _("Say that you are asking an expert and by when there will be an answer. Bring the answer yourself."),
        _("A wrong technical answer costs more trust than a late one."),
        "acknowledge",
        4 * HOUR,
        member_first=2 * HOUR,
        satisfied_by="anyone",
        is_question=True,
        words=_words(
            "schnittstelle*; api; fehlermeldung*; fehlercode*; technische daten; datenblatt; kompatib*; firmware*; "
            "error code*; error message*; specification*; data sheet; compatib*; stack trace"
        ),
    ),
    Situation(
        5,
        15,
        _("Feedback or wish"),
        _("Somebody proposes an improvement or misses something."),
        _("Thank them, record it, and say what happens next and when they will hear from you."),
        _("Wishes keep coming only where people see what becomes of them."),
        "reply_publicly",
        WORKING_DAY,
        member_first=8 * HOUR,
        words=_words(
            "wünsche* mir; mir wünschen; wunsch; wäre schön; idee für; meine idee; vorschlag*; "
            "verbesserungsvorschlag*; könntet ihr; feature request*; "
            "it would be nice; would be great if; suggest*; please add; wish there"
        ),
    ),
    Situation(
        6,
        17,
        _("Praise or success story"),
        _("Somebody is glad, or tells what worked."),
        _("Thank them in your own words for the one thing they name, and ask whether others may read it."),
        _("Thanks that name the matter are believed; set phrases are not."),
        "reply_publicly",
        WORKING_DAY,
        is_question=False,
        words=_words(
            "vielen dank; herzlichen dank; großes lob; lob an; hat geklappt; super arbeit; großartig*; toll gemacht; hat mir geholfen; begeistert*; "
            "thank you so much; many thanks; well done; great work; love it; made my day"
        ),
    ),
    Situation(
        7,
        16,
        _("Useful contribution by a member"),
        _("A guide, a solution, a tip that helps others."),
        _("Say precisely what is good about it and who gains by it. Link it where the question comes up again."),
        _("Recognition for a contribution is the lever for the next."),
        "reply_publicly",
        WORKING_DAY,
        is_question=False,
        words=_words(
            "anleitung*; so habe ich es gelöst; so hab ich es gelöst; schritt für schritt; mein tipp; "
            "how i solved; here is how; step by step; my solution; my tip"
        ),
    ),
    Situation(
        8,
        18,
        _("Criticism, justified"),
        _("The critic is right: we made the mistake."),
        _("Say that it is so. Name the remedy and its day, and report when it is done."),
        _("An admitted mistake costs less than a defended one."),
        "reply_publicly",
        4 * HOUR,
    ),
    Situation(
        9,
        19,
        _("Criticism, unjustified but civil"),
        _("The critic is mistaken and stays polite."),
        _("Correct it with a source. No word of defence, no lecture."),
        _("Those who read along judge the tone, not only the facts."),
        "reply_publicly",
        8 * HOUR,
        member_first=2 * HOUR,
    ),
    Situation(
        10,
        13,
        _("Criticism, unclear"),
        _("Displeasure without a matter one could act on."),
        _("Ask one open question. No guess at what might be meant."),
        _("Who is asked feels heard; who is interpreted does not."),
        "reply_publicly",
        4 * HOUR,
        words=_words(
            "geht gar nicht; so ein mist; enttäuschend; unbrauchbar*; immer schlechter; "
            "terrible; awful; useless; rubbish; getting worse"
        ),
    ),
    Situation(
        11,
        10,
        _("Wrong fact about us is spreading"),
        _("A false statement about us is repeated."),
        _("Correct it once, with source and link. Then point to that answer instead of repeating it."),
        _("Repeating a correction repeats the rumour."),
        "reply_publicly",
        4 * HOUR,
        member_first=1 * HOUR,
        words=_words(
            "angeblich*; gerücht*; habe gehört, dass; stimmt es, dass; rumour*; rumor*; allegedly; is it true that"
        ),
    ),
    Situation(
        12,
        9,
        _("Complaint of an unhappy customer"),
        _("Somebody waits, was promised something, or got the wrong thing."),
        _("Make the matter yours, solve it, and say publicly when it is solved."),
        _("The solution is read by all who wait as well."),
        "reply_publicly",
        2 * HOUR,
        words=_words(
            "beschwer*; reklam*; ärgerlich*; so kann ich nicht arbeiten; immer noch keine antwort; warte seit; unzufrieden; verärgert; nie wieder; "
            "complain*; still waiting; still no answer; fed up; unacceptable; never again"
        ),
    ),
    Situation(
        13,
        11,
        _("Provocation, trolling"),
        _("The aim is the quarrel, not the matter."),
        _("Name the rule once. Then no further answer; moderate what breaks the rules."),
        _("Attention is what a provocation feeds on."),
        "monitor",
        WORKING_DAY,
        words=_words(
            "lächerlich*; ihr seid alle; schwachsinn*; witzfiguren; clowns; you people; what a joke; snowflake*"
        ),
    ),
    Situation(
        14,
        2,
        _("Insult, hate, threat"),
        _("A person or group is insulted, degraded or threatened."),
        _(
            "Secure the evidence, hide it, give the author the reason, report it if it may be a crime. Do not stay alone with it."
        ),
        _("Those attacked and our colleagues need protection before the debate goes on."),
        "hide",
        1 * HOUR,
        words=_words(
            "arschloch*; hurensohn*; missgeburt*; untermensch*; vollidiot*; verreck*; bring dich um; bringe dich um; "
            "fuck you; asshole*; scumbag*; kill you; subhuman*"
        ),
    ),
    Situation(
        15,
        4,
        _("Notice of illegal content"),
        _("Somebody reports that content breaks the law (DSA, Article 16)."),
        _("Confirm receipt the same day, decide, tell both sides and give the reasons."),
        _("The law asks for it, and a notice can make us liable for what we then know."),
        "acknowledge",
        WORKING_DAY,
        words=_words(
            "rechtswidrig*; strafbar*; urheberrechtsverletz*; verstößt gegen das gesetz; volksverhetz*; "
            "illegal content; unlawful*; copyright infring*; takedown"
        ),
    ),
    Situation(
        16,
        3,
        _("Personal data posted"),
        _("Address, number, account or health of a recognisable person."),
        _("Hide it at once, explain why, name the contact for data protection."),
        _("Every minute counts; what was copied does not come back."),
        "hide",
        1 * HOUR,
        words=_words(
            "iban; kontonummer*; meine telefonnummer; meine handynummer; meine adresse ist; geburtsdatum; "
            "my phone number; my home address; bank account number; passport number; date of birth"
        ),
    ),
    Situation(
        17,
        1,
        _("Danger to a person"),
        _("Somebody may harm themselves or is in an emergency."),
        _(
            "A human answers at once, privately and calmly; follow the emergency path, and stay until somebody takes over."
        ),
        _("Nothing else is as urgent."),
        "reply_privately",
        0,
        counts_service_hours=False,
        words=_words(
            "suizid*; selbstmord*; mich umbringen; nicht mehr leben; will sterben; selbst verletzen; "
            "suicid*; kill myself; self-harm*; end my life; want to die"
        ),
    ),
    Situation(
        18,
        5,
        _("Enquiry by media or an authority"),
        _("A newsroom, an office or a lawyer asks."),
        _("Confirm receipt, give no information yourself, forward it to press or legal."),
        _("One voice speaks for the house."),
        "forward",
        1 * HOUR,
        words=_words(
            "presseanfrage*; journalist*; interviewanfrage*; für einen artikel; staatsanwalt*; aufsichtsbehörde*; rechtsanwalt*; "
            "press enquiry; press inquiry; media request; reporter; attorney; public prosecutor"
        ),
    ),
    Situation(
        19,
        20,
        _("Colleague posts privately about us"),
        _("Somebody who works here writes as a private person."),
        _("Talk with them about the guideline, in person. No rebuke in public."),
        _("A public rebuke silences the others too."),
        "reply_privately",
        WORKING_DAY,
    ),
    Situation(
        20,
        6,
        _("Spam, bot wave"),
        _("Advertising without relation, the same text from many accounts."),
        _("Remove in bulk, do not answer, look at the accounts behind it."),
        _("An answer shows that somebody reads."),
        "remove",
        4 * HOUR,
        words=_words(
            "casino*; viagra; kryptogewinn*; schnelles geld; crypto profit*; click here to win; free giveaway; work from home and earn"
        ),
    ),
    Situation(
        21,
        7,
        _("Coordinated wave"),
        _("Many new accounts with one message in a short time."),
        _("Do not answer one by one. Tell the lead, who decides about the escalation level."),
        _("A wave is answered with one line, not with a hundred replies."),
        "forward",
        30,
    ),
    Situation(
        22,
        21,
        _("Silence: no reply needed"),
        _("Thanks for an answer, a closing word, a matter that is settled."),
        _("Close it and give the reason."),
        _("Not every word wants an answer, but every decision to stay silent is one."),
        "let_stand",
        None,
        is_question=False,
        words=_words(
            "hat sich erledigt; gern geschehen; alles klar, danke; passt so; you're welcome; no worries; all good now; never mind"
        ),
    ),
)

BY_NUMBER: dict[int, Situation] = {situation.number: situation for situation in SITUATIONS}
