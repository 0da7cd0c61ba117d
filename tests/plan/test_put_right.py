"""A share that a sample put right, beside what was counted, on the page of its objective (domain 4.5)."""

import pytest

from allmende.plan.queries.facts import evidence_series
from allmende.plan.queries.figures import figures_of
from allmende.plan.queries.promises import plain_fact

pytestmark = pytest.mark.django_db


def test_4_5_the_element_tells_the_share_put_right_and_what_was_counted(write_plan, tell, client_of, owner, workspace):
    objective = write_plan(publish=True).objective
    told = {"counted_share": 512 / 905, "counted_before_share": 0.488, "before_share": 0.45, "low": 0.04, "high": 0.13}
    fact = tell(objective.key, share=0.5265, verdict="moving", **told)
    (figure,) = figures_of(evidence_series(workspace, {objective.key}, last=1)[objective.key], 0.04)
    assert (figure.k, figure.fact.n) == (512, 905)
    assert figure.difference == pytest.approx(0.0765)
    assert plain_fact(fact)["k"] == 512
    page = client_of(owner).get(f"/w/{workspace.slug}/plan/element/{objective.key}/").content.decode()
    page = page.replace("\u00a0", " ")
    assert "gezählt: 56,6 %; durch eine Stichprobe berichtigt" in page
    assert "52,7 %" in page


@pytest.mark.parametrize("share", [-0.1, 1.2])
def test_a_counted_share_is_a_share(write_plan, tell, share):
    objective = write_plan(publish=True).objective
    with pytest.raises(ValueError, match="fractions"):
        tell(objective.key, share=0.5, counted_share=share)
