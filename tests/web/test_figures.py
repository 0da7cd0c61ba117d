"""How figures are written: a difference that rounds to none has no sign, wherever it stands."""

import pytest
from django.utils import translation

from allmende.behaviours.templatetags.figure_words import bare
from allmende.stakeholders.templatetags.stakeholder_words import signed
from allmende.web.templatetags.house import points


@pytest.mark.parametrize(
    ("value", "figure"), [(0.0004, "0,0"), (-0.0004, "0,0"), (0.0, "0,0"), (0.0006, "+0,1"), (-0.0006, "\u22120,1")]
)
def test_what_rounds_to_nothing_is_written_without_a_sign(value, figure) -> None:
    with translation.override("de"):
        assert (bare(value), signed(value), points(value)) == (figure, figure, f"{figure} Punkte")
