"""Who looks at a behaviour waits for no ledger (issue 7: speed)."""

from django.test import Client
from django.urls import reverse

from allmende.behaviours.actions import adopt_definition, measure_workspace
from allmende.behaviours.queries import ledger_root
from allmende.ledger.shipped import FIRST_ANSWER_BY_MEMBER


def test_the_page_of_a_behaviour_needs_no_ledger_file(
    take_in, two_times, workspace, owner, now, put_plan_in_force, settings
):
    put_plan_in_force()
    take_in(two_times)
    adopt_definition(workspace=workspace, spec=FIRST_ANSWER_BY_MEMBER, person=owner, now=now)
    measure_workspace(workspace=workspace, now=now)
    client = Client()
    client.force_login(owner.user, backend="django.contrib.auth.backends.ModelBackend")
    pages = [
        reverse("behaviours:definition", args=[workspace.slug, FIRST_ANSWER_BY_MEMBER.key]),
        reverse("behaviours:index", args=[workspace.slug]),
    ]
    ledger_root().rename(ledger_root().with_name("elsewhere"))
    answers = [client.get(page) for page in pages]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert all("70" in answer.content.decode() for answer in answers)
    assert not ledger_root().exists()
