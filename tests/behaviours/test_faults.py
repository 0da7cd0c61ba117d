"""A fault in a definition is a sentence for whoever wrote it, in both languages."""

from datetime import datetime

import pytest
from django.utils.translation import override

from allmende.behaviours.actions import CannotAdopt, adopt_definition
from allmende.behaviours.catalogue.faults import PART_WORDS
from allmende.behaviours.models import BehaviourDefinition
from allmende.behaviours.queries import fault_words
from allmende.ledger.definition_check import CODES, Fault
from allmende.ledger.shipped import FIRST_ANSWER_BY_MEMBER


@pytest.mark.parametrize("code", CODES)
def test_every_fault_has_words(code: str) -> None:
    fault = Fault(code, "window_seconds", "7")
    with override("de"):
        german = fault_words(fault)
    with override("en"):
        english = fault_words(fault)
    assert german != english
    for said in (german, english):
        assert said.endswith(".") and "window_seconds" not in said and "%(" not in said


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("window_seconds", "0", "„Zeitfenster“ kann nicht 0 Stunden sein. Möglich: 1 Sekunde bis 1830 Tage."),
        ("lag_seconds", "863999913600", "kann nicht 9999999 Tage sein. Möglich: 0 Stunden bis 1830 Tage."),
        ("spread.spans", "101", "kann nicht 101 sein. Möglich: 1 bis 100."),
        ("minimum", "2", "kann nicht 2 sein."),
    ],
)
def test_a_number_that_cannot_be_says_what_can(field: str, value: str, said: str) -> None:
    with override("de"):
        assert fault_words(Fault("out_of_range", field, value)).endswith(said)


def test_every_part_has_words() -> None:
    values = FIRST_ANSWER_BY_MEMBER.to_dict()
    parts = set(values) | {
        f"{name}.{inner}" for name, part in values.items() if isinstance(part, dict) for inner in part
    }
    assert parts == set(PART_WORDS)


def test_a_refused_definition_says_what_to_change(owner, workspace, now: datetime) -> None:
    values = FIRST_ANSWER_BY_MEMBER.to_dict() | {"opens_after_seconds": 86_400, "population": []}
    with override("de"), pytest.raises(CannotAdopt) as refused:
        adopt_definition(workspace=workspace, spec=values, person=owner, now=now)
    assert str(refused.value) == (
        "Nicht übernommen. Alle, die gezählt werden, sind zugleich ausgenommen. Nehmen Sie weniger aus. Das Zeitfenster"
        " schließt, bevor es sich öffnet. Lassen Sie es früher beginnen oder später enden."
    )


def test_a_definition_kept_in_the_first_schema_is_still_the_same(owner, workspace, now: datetime) -> None:
    kept = adopt_definition(workspace=workspace, spec=FIRST_ANSWER_BY_MEMBER, person=owner, now=now)
    old = {name: value for name, value in kept.spec.items() if name not in ("segment", "spread", "in_workdays")}
    BehaviourDefinition.objects.filter(pk=kept.pk).update(spec={**old, "schema": 1})
    again = adopt_definition(workspace=workspace, spec=FIRST_ANSWER_BY_MEMBER, person=owner, now=now)
    assert (again.pk, again.number) == (kept.pk, 1)
