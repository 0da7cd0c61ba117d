"""Who looks at a behaviour waits for no ledger (issue 7: speed)."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.test import Client
from django.urls import reverse

from allmende.behaviours.actions import adopt_definition, measure_workspace
from allmende.behaviours.queries import ledger_root
from allmende.ledger.shipped import FIRST_ANSWER_BY_MEMBER

_WATCHED: list[tuple[str, list[str]]] = []


def _told(event: str, arguments: tuple[object, ...]) -> None:
    """Python tells of every file it opens and of every folder it looks into."""
    if _WATCHED and event in ("open", "os.listdir", "os.scandir"):
        folder, seen = _WATCHED[-1]
        if str(arguments[0]).startswith(folder):
            seen.append(str(arguments[0]))


sys.addaudithook(_told)


@contextmanager
def watched(folder: Path) -> Iterator[list[str]]:
    """What is opened or looked through below a folder meanwhile."""
    seen: list[str] = []
    _WATCHED.append((str(folder), seen))
    yield seen
    _WATCHED.pop()


def test_who_watches_sees_a_file_opened_and_a_folder_looked_through(tmp_path):
    (tmp_path / "2026-03.parquet").write_bytes(b"")
    with watched(tmp_path) as seen:
        assert len(list(tmp_path.glob("*.parquet"))) == 1
        assert len((tmp_path / "2026-03.parquet").read_bytes()) == 0
    assert len(seen) >= 2


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
    with watched(ledger_root()) as seen:
        answers = [client.get(page) for page in pages]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert all("70" in answer.content.decode() for answer in answers)
    assert not ledger_root().exists()
    assert seen == []
