"""The parts of a guideline and of a netiquette: what each is called, what it answers, and what we propose (`domain.md` 3.9)."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


@dataclass(frozen=True)
class SectionKind:
    """A part: its heading, the question it answers, and the text a netiquette begins with ("" where only the house knows)."""

    kind: str
    heading: Words
    question: Words
    proposal: Words = ""


SECTION_KINDS: tuple[SectionKind, ...] = (
    SectionKind("how", _("How"), _("How do we speak, answer and disagree? Also: what do we never do?")),
    SectionKind("when", _("When"), _("When do we speak up, when do we answer, when do we keep silent?")),
    SectionKind("what", _("What"), _("What do we talk about, and what stays inside?")),
    SectionKind("atmosphere", _("Atmosphere"), _("What shall it feel like to be here? By what does one notice?")),
    SectionKind(
        "feedback",
        _("Feedback"),
        _("Who gets which kind of feedback, by when, and how does the answer come back to the member?"),
    ),
    SectionKind(
        "conduct",
        _("What binds us ourselves"),
        _("What do we promise about our own conduct: admitting mistakes, sources, advertising, deleting?"),
    ),
    SectionKind(
        "welcome",
        _("Welcome"),
        _("Who is welcome here, and what is this place for?"),
        _("Good to have you here. This place is for people who want to ask, help and learn from each other."),
    ),
    SectionKind(
        "scope",
        _("Where this holds"),
        _("On which pages and for whom does it hold?"),
        _("It holds for everybody who writes here, for us as well."),
    ),
    SectionKind(
        "tone",
        _("How we talk with each other"),
        _("What do we ask of everybody?"),
        _("We talk as we would at one table: to the point, with respect, and so that one can still meet tomorrow. Criticism "
          "is welcome; it concerns the matter and not the person."),
    ),
    SectionKind(
        "unwanted",
        _("What we do not accept"),
        _("Anything the rules below do not say already?"),
        _("What breaks the law, and what the following rules name."),
    ),
    SectionKind(
        "consequences",
        _("What we do then"),
        _("Which steps follow, and who gives the reasons?"),
        _("First a hint, then we hide or remove the contribution, in the end we suspend the account. Whoever is concerned gets "
          "the reason and the rule it rests on. We remove no criticism because it is criticism."),
    ),
    SectionKind(
        "hours",
        _("When we are here"),
        _("How fast do we answer? The service hours are shown by themselves."),
        _("Within these hours we read along and answer. At other times members help each other."),
    ),
    SectionKind(
        "advertising",
        _("Advertising, links, copyright"),
        _("What may one link and show?"),
        _("Please no advertising. A link that helps is welcome; say if it is your own. Only show pictures and texts that are yours "
          "or that you may show."),
    ),
    SectionKind(
        "privacy",
        _("Personal data"),
        _("What does nobody write here?"),
        _("No addresses, telephone numbers, accounts or health of others, and better not your own. We hide such things at once."),
    ),
    SectionKind(
        "contact",
        _("Contact and objection"),
        _("Whom can one write to, and how does one object to a decision?"),
        _("If you think a decision is wrong, object: write to us with the link. We look at it again and answer."),
    ),
)  # fmt: skip
BY_KIND: dict[str, SectionKind] = {one.kind: one for one in SECTION_KINDS}


@dataclass(frozen=True)
class RuleProposal:
    """A rule a netiquette begins with."""

    text: Words
    counter_example: Words
    ladder: tuple[str, ...]
    legal_note: Words = ""


RULES: tuple[RuleProposal, ...] = (
    RuleProposal(
        _("No insults, no threats, no degrading of people or groups."),
        _("“You are too stupid for this.”"),
        ("hide", "suspend", "ban"),
        _("Can be a crime; then we report it and keep the evidence."),
    ),
    RuleProposal(
        _("No personal data of others."),
        _("“Call my neighbour, his number is …”"),
        ("hide", "remove"),
        _("Data protection law."),
    ),
    RuleProposal(
        _("No advertising and no repeated posts."), _("The same offer under five questions."), ("hint", "remove")
    ),
    RuleProposal(
        _("Whoever claims something harmful about others names a source."),
        _("“Everybody knows that they cheat.”"),
        ("hint", "hide"),
    ),
    RuleProposal(
        _("Stay with the matter of the thread."), _("The third debate of principle under a simple question."), ("hint",)
    ),
)
