"""An objective says what a named audience shall do: "[audience] soll [behaviour], sodass [effect]" (domain
3.5, I-08).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from allmende.domain.folding import fold_text, words
from allmende.domain.plan_check.finding import Finding, Severity

MeasureLevel = Literal["value", "outcome", "behaviour", "activity"]
MeasureForm = Literal["share", "rate", "duration"]


@dataclass(frozen=True, slots=True)
class ObjectiveDraft:
    """An objective as typed. Shares and the least relevant difference are fractions (0.03 = 3 percentage
    points).

    `activity_reason` explains why exactly this reading, joining or visiting has value. `measure_level` is
    the level of
    the chosen measure, None while none is chosen. `is_population_countable` is None while nobody has tried. `form` says
    what the measure tells: a share, or how often (times per person and month) or how long (hours until half is done);
    then `baseline_value` and `target_value` stand in that unit, and the difference that matters is a part of what was before.
    """

    audience: str
    behaviour: str
    effect: str = ""
    quality_condition: str = ""
    activity_reason: str = ""
    measure_level: MeasureLevel | None = None
    is_population_countable: bool | None = None
    baseline_share: float | None = None
    target_share: float | None = None
    has_target_date: bool = False
    least_relevant_difference: float | None = None
    guardrail: str = ""
    form: MeasureForm = "share"
    baseline_value: float | None = None
    target_value: float | None = None


def check_objective(draft: ObjectiveDraft, *, for_agreement: bool = False) -> tuple[Finding, ...]:
    """Findings about one objective, refusals first.

    `for_agreement` asks for what only an agreement needs: a measure that counts the behaviour, a target
    with a date,
    and the least relevant difference, without which no verdict but "cannot tell" could ever be given
    (domain 0.1b).
    """
    findings = [
        *_grammar(draft),
        *_behaviour(draft),
        *_measure(draft, for_agreement),
        *_numbers(draft, for_agreement),
    ]
    return tuple(sorted(findings, key=lambda finding: finding.severity != Severity.REFUSE))


def _grammar(draft: ObjectiveDraft) -> Iterator[Finding]:
    for name, text in (
        ("audience", draft.audience),
        ("behaviour", draft.behaviour),
        ("effect", draft.effect),
    ):
        if not words(text):
            yield Finding(f"{name}_missing", Severity.REFUSE, name)
    if _is_us(draft.audience):
        yield Finding("subject_is_us", Severity.REFUSE, "audience", {"text": draft.audience.strip()})
    elif re.match(r"(wir|we)\b", fold_text(draft.behaviour).strip()):
        yield Finding("subject_is_us", Severity.REFUSE, "behaviour", {"text": draft.behaviour.strip()})


def _behaviour(draft: ObjectiveDraft) -> Iterator[Finding]:
    if not words(draft.behaviour):
        return
    found = number_named(draft.behaviour)
    if found:
        yield Finding("number_not_behaviour", Severity.REFUSE, "behaviour", {"word": as_typed(draft.behaviour, found)})
        return
    verbs = _activity_verbs(draft.behaviour)
    if verbs:
        severity = Severity.WARN if words(draft.activity_reason) else Severity.REFUSE
        yield Finding("activity_only", severity, "behaviour", {"word": as_typed(draft.behaviour, verbs[0])})
    elif _is_vague(draft.behaviour):
        yield Finding("behaviour_vague", Severity.WARN, "behaviour", {"text": draft.behaviour.strip()})
    if not words(draft.quality_condition):
        yield Finding("quality_missing", Severity.WARN, "quality_condition")


def as_typed(text: str, folded: str) -> str:
    """The word of `text` that was found in its folded form: "Aktivität" for "aktivitaet"."""
    return next((word for word in re.findall(r"[\w-]+", text) if folded in words(word)), folded)


def _measure(draft: ObjectiveDraft, for_agreement: bool) -> Iterator[Finding]:
    if draft.measure_level == "activity":
        has_target = draft.target_share is not None or draft.target_value is not None
        code = "target_on_activity" if has_target else "measure_is_activity"
        yield Finding(code, Severity.REFUSE, "measure")
    elif draft.measure_level in {"value", "outcome"}:
        yield Finding("measure_is_no_behaviour", Severity.REFUSE, "measure", {"level": draft.measure_level})
    elif draft.measure_level is None:
        yield Finding("measure_missing", _if_agreed(for_agreement), "measure")
    if not draft.is_population_countable:
        yield Finding("population_uncountable", Severity.WARN, "audience")
    if not words(draft.guardrail):
        yield Finding("guardrail_missing", Severity.WARN, "guardrail")


def _numbers(draft: ObjectiveDraft, for_agreement: bool) -> Iterator[Finding]:
    severity = _if_agreed(for_agreement)
    least = draft.least_relevant_difference
    yield from (_share_aimed_at if draft.form == "share" else _value_aimed_at)(draft, severity)
    has_target = draft.target_share is not None or draft.target_value is not None
    if has_target and not draft.has_target_date:
        yield Finding("target_date_missing", severity, "target_date")
    if least is None:
        yield Finding("least_relevant_missing", severity, "least_relevant_difference")
    elif not 0 < least <= 1:
        yield Finding("least_relevant_not_positive", Severity.REFUSE, "least_relevant_difference", {"least": least})
    else:
        yield from _too_near(draft, least)


def _share_aimed_at(draft: ObjectiveDraft, severity: Severity) -> Iterator[Finding]:
    target = draft.target_share
    if draft.target_value is not None or draft.baseline_value is not None:
        yield Finding("target_is_for_values", Severity.REFUSE, "target_value")
    if target is None:
        yield Finding("target_missing", severity, "target_share")
    elif not 0 <= target <= 1:
        yield Finding("target_is_no_share", Severity.REFUSE, "target_share", {"target": target})


def _value_aimed_at(draft: ObjectiveDraft, severity: Severity) -> Iterator[Finding]:
    target, base = draft.target_value, draft.baseline_value
    if draft.target_share is not None or draft.baseline_share is not None:
        yield Finding("target_is_for_shares", Severity.REFUSE, "target_share")
    if target is None:
        yield Finding("target_value_missing", severity, "target_value")
    elif target <= 0:
        yield Finding("target_value_not_positive", Severity.REFUSE, "target_value")
    elif base and draft.form == "duration" and target > base:
        yield Finding("target_takes_longer", Severity.WARN, "target_value")


def _too_near(draft: ObjectiveDraft, least: float) -> Iterator[Finding]:
    wanted = _wanted(draft)
    if wanted is not None and wanted < least - 1e-9:
        field = "target_share" if draft.form == "share" else "target_value"
        yield Finding("target_below_least_relevant", Severity.WARN, field, {"wanted": wanted, "least": least})


def _wanted(draft: ObjectiveDraft) -> float | None:
    """How far it is to the target, as the difference that matters is told: in points, by which ratio, or a part of the time."""
    if draft.form == "share":
        base, target = draft.baseline_share, draft.target_share
        return None if base is None or target is None else abs(target - base)
    base, target = draft.baseline_value, draft.target_value
    if not base or not target or min(base, target) <= 0:
        return None
    return max(target / base, base / target) - 1 if draft.form == "rate" else abs(target - base) / base


def _if_agreed(for_agreement: bool) -> Severity:
    return Severity.REFUSE if for_agreement else Severity.WARN


# All words below are folded (allmende.domain.folding): lower case, ae for ä, ss for ß.

_US = re.compile(
    r"(wir|uns|we|us|ich|i)\b(?!\s*-)"
    r"|(unser|our|das|the|ein|a)\s+((community|social\W?media|redaktions?|marketing)[\s-]*)*"
    r"(team|redaktion|abteilung|department|management|manager\w*)\s*$"
    r"|(unsere|die)\s+(redaktion|abteilung)\s*$"
    r"|(community|social\W?media)[\s-]*(management|manager\w*|team)\s*$"
)


def _is_us(audience: str) -> bool:
    return _US.match(fold_text(audience).strip()) is not None


_GERMAN_ACTIVITY = re.compile(
    r"(ein|aus)?(zu)?(log|logg)en|anmelden|anzumelden|registrieren|besuch(en|t)|vorbeischauen|reinschauen|ansehen"
    r"|anschauen|anzusehen|liken?|geliked|folgen|abonnieren|beitreten|beizutreten|mitlesen|mitzulesen|lesen|durchlesen"
    r"|klicken|anklicken|retweeten|scrollen|aufrufen|oeffnen|(einge)?loggen|herzen|faven"
)
_ENGLISH_ACTIVITY = re.compile(
    r"log|login|logging|sign|visit|visiting|view|viewing|like|liking|follow|following|join|joining|read|reading"
    r"|subscribe|subscribing|click|clicking|retweet|scroll|watch|register|browse"
)
# Sharing knowledge is the seeds' own example of value; passing on our posts is not.
_SHARING = re.compile(r"teilen|weiterzuleiten|weiterleiten|share|sharing|repost|reposting")
_OUR_OUTPUT = re.compile(
    r"beitra(g|ege)|posts?|posting|inhalte?|content|videos?|stor(y|ys|ies)|links?|kampagne|campaign"
)
_FILLERS = frozenset(
    words(
        "soll sollen sollte sollten wird werden und sich ihr ihre ihren unser unsere unserem unseren unserer der die "
        "das den dem des ein eine einen einem einer mehr oefter haeufiger regelmaessig taeglich woechentlich monatlich "
        "jeden jede jedes tag woche monat mindestens wenigstens einmal zweimal mal pro nur immer oft wieder einfach "
        "alle alles auch gern gerne haeufig aktiv dort should shall will to the a an our us their your more often "
        "regularly daily weekly monthly every each day week month at least once twice only always just again all also "
        "frequently actively please up in on"
    )
)
_CLAUSES = re.compile(r"[,;.]|\b(?:und|oder|sowie|and|or|then|dann)\b")


def _activity_verbs(behaviour: str) -> list[str]:
    """The verbs, when every clause is only about looking, joining or pressing a button; else nothing.

    A German clause has its verb first or last, an English one first.
    """
    verbs = []
    for clause in _CLAUSES.split(fold_text(behaviour)):
        content = [word for word in words(clause) if word not in _FILLERS and not word.isdigit()]
        if not content:
            continue
        verb = _activity_verb(content)
        if verb is None:
            return []
        verbs.append(verb)
    return verbs


def _activity_verb(content: list[str]) -> str | None:
    first, last = content[0], content[-1]
    is_passing_on = any(_OUR_OUTPUT.fullmatch(word) for word in content) or len(content) == 1
    if is_passing_on and (_SHARING.fullmatch(first) or _SHARING.fullmatch(last)):
        return first if _SHARING.fullmatch(first) else last
    if _ENGLISH_ACTIVITY.fullmatch(first):
        return first
    return next((word for word in (last, first) if _GERMAN_ACTIVITY.fullmatch(word)), None)


_NUMBER = re.compile(
    r"engagement\w*|interaktion(en|srate)?|interactions?|reichweiten?|reach|follower\w*|fans?|abonnent\w*|subscribers?"
    r"|likes?|impressions?|impressionen|traffic|seitenaufrufe?n?|pageviews?|views|klicks?|klickrate|clicks?|klickzahlen"
    r"|mitgliederzahl\w*|mitgliedszahl\w*|besucherzahl\w*|beitragszahl\w*|aktivitaet(en)?|activity|sichtbarkeit"
    r"|visibility|awareness|bekanntheit|verweildauer"
)
_GROWTH = re.compile(
    r"steiger\w*|gesteigert|erhoeh\w*|erhoeht|verbesser\w*|ausbau\w*|auszubauen|maximier\w*|verdoppel\w*|wachs\w*"
    r"|gewinn\w*|generier\w*|erreichen|erzielen|aufbauen|mehr|hoehere?r?|zahl|anzahl|number|increas\w*|grow\w*|boost\w*"
    r"|rais\w*|improv\w*|maximi[sz]\w*|doubl\w*|more|higher|driv\w*|gain\w*|generat\w*|get"
)


def number_named(sentence: str, *, is_alone: bool = False) -> str | None:
    """The figure that stands where a behaviour should: "Engagement steigern", "1.000 Follower", "increase
    reach". With `is_alone` only when the sentence says nothing else.
    """
    text = words(sentence)
    named = [word for word in text if _NUMBER.fullmatch(word)]
    if not named:
        return None
    others = [word for word in text if word not in _FILLERS and word not in named and not word.isdigit()]
    is_bare = not [word for word in others if not _GROWTH.fullmatch(word)]
    if is_alone:
        return named[0] if is_bare else None
    is_grown = any(_GROWTH.fullmatch(word) for word in (text[0], text[-1]))
    return named[0] if is_bare or is_grown else None


_VAGUE = re.compile(
    r"(aktiver?|active|engagiert(er)?|engaged|beteiligen|teilnehmen|mitmachen|einbringen|engagieren|engage"
    r"|participate|interact|interagieren|contribute|sein|be|werden|become|staerker|besser|better)"
)


def _is_vague(behaviour: str) -> bool:
    content = [word for word in words(behaviour) if word not in _FILLERS]
    return all(_VAGUE.fullmatch(word) for word in content)
