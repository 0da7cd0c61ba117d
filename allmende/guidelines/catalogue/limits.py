"""What we propose not to do in each of the 22 situations, and when it goes to somebody else (`domain.md` 3.8)."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from allmende.guidelines.catalogue.situations import WORKING_DAY

Words = str | Promise


@dataclass(frozen=True)
class Limit:
    """Bounds of a reaction. `resolution`: minutes of service until the matter is closed, None: nothing is proposed."""

    must_not: Words
    escalate_when: Words
    resolution: int | None = None


LIMITS: dict[int, Limit] = {
    1: Limit(
        _("Do not answer over a member who has answered well already."),
        _("Nobody knows the answer once the members’ time is over."),
    ),
    2: Limit(
        _("No hint at the search or the rules before the welcome."),
        _("The newcomer is turned away or mocked by others."),
    ),
    3: Limit(
        _("No contract, order or account in public, not even to correct it."),
        _("Money, a deadline or a right is at stake."),
    ),
    4: Limit(
        _("No guess presented as knowledge, no day the expert has not agreed to."),
        _("The expert does not answer by the day we named."),
        2 * WORKING_DAY,
    ),
    5: Limit(
        _("Do not promise that it will be built."),
        _("Several members ask for the same, or the department does not answer."),
    ),
    6: Limit(
        _("No quoting elsewhere without consent, no advertising in the thanks."),
        _("The story could be told in public: ask whoever plans the content."),
    ),
    7: Limit(
        _("Do not correct small things in public; do not claim it as our own."),
        _("Following it could do harm."),
    ),
    8: Limit(
        _("No excuse, no “but”, no remedy whose day is not agreed."),
        _("Others are affected too, or money has to be paid back."),
    ),
    9: Limit(
        _("No irony, no second correction of the same person."),
        _("It goes on after the correction, or others take it up."),
    ),
    10: Limit(
        _("Do not defend anything before you know what is meant."),
        _("The answer shows a fault of ours, or the tone gets sharper."),
    ),
    11: Limit(
        _("Do not repeat the false statement in the headline; no blame of those who passed it on."),
        _("Media or an account with a wide reach repeat it."),
    ),
    12: Limit(
        _("Do not send them to another department; no details of the customer in public."),
        _("They waited for us before, or mention a lawyer or the press."),
        2 * WORKING_DAY,
    ),
    13: Limit(
        _("No second answer, no irony, no debate about the moderation in public."),
        _("Somebody is attacked in person, or others join in."),
    ),
    14: Limit(
        _("Do not answer in the heat, do not remove anything before it is secured, do not stay alone with it."),
        _("At every threat, and when a colleague is named."),
    ),
    15: Limit(
        _("No legal opinion in the thread, no name of whoever reported it."),
        _("At once to whoever decides on moderation; suspected crimes against life to the police."),
    ),
    16: Limit(
        _("Do not quote the data, not in the explanation and not in a note either."),
        _("Many people are affected, or we published it ourselves: data protection decides about the notification."),
    ),
    17: Limit(
        _("No diagnosis, no reproach, no promise of silence; do not leave them alone to ask somebody."),
        _("Always and at once; the emergency number where there is acute danger."),
    ),
    18: Limit(
        _("No opinion, no figure, no “off the record”."),
        _("Always: press or legal answer."),
    ),
    19: Limit(
        _("No rebuke in public, no passing on to superiors without talking first."),
        _("Secrets or people were harmed."),
    ),
    20: Limit(
        _("No answer, no click on their links."),
        _("More comes than can be removed by hand."),
    ),
    21: Limit(
        _("No single answers, no removing in bulk without a decision."),
        _("Always: the lead decides about the escalation level."),
    ),
    22: Limit(
        _("Do not close where a question is hidden in the thanks."),
        _("Never; if in doubt, ask."),
    ),
}
