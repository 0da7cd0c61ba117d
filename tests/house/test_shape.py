"""Sizes, names and doors (`docs/house.md`). Each rule is shown a bad sample first: a check that cannot fail checks nothing."""

from collections.abc import Callable, Iterator

import pytest

from tools import house_rules as rules
from tools.house_rules import Module

Rule = Callable[[Module], Iterator[str]]
EVERYWHERE = ("allmende", "tools", "tests", "benches")
OURS = ("allmende", "tools", "benches")

CASES: list[tuple[Rule, tuple[str, ...], Module]] = [
    (rules.long_modules, OURS, Module("allmende/plan/queries.py", "x = 1\n" * 401)),
    (rules.long_functions, OURS, Module("allmende/plan/queries.py", "def f():\n" + "    x = 1\n" * 60)),
    (rules.junk_drawers, EVERYWHERE, Module("allmende/plan/utils.py", "")),
    (rules.junk_drawers, EVERYWHERE, Module("allmende/plan/queries.py", "class PlanManager: ...")),
    (rules.junk_drawers, EVERYWHERE, Module("allmende/plan/queries.py", "class BasePlan: ...")),
    (rules.rows_in_the_wrong_place, ("allmende",), Module("allmende/plan/views.py", "Goal.objects.get(pk=1)")),
    (rules.rows_in_the_wrong_place, ("allmende",), Module("allmende/web/templatetags/t.py", "Goal.objects.all()")),
    (rules.clock_or_chance, ("allmende",), Module("allmende/domain/x.py", "datetime.now(UTC)")),
    (rules.clock_or_chance, ("allmende",), Module("allmende/domain/x.py", "import random")),
    (rules.clock_or_chance, ("allmende",), Module("allmende/domain/x.py", "numpy.random.default_rng()")),
    (rules.clock_or_chance, ("allmende",), Module("allmende/domain/x.py", "open('file')")),
    (rules.mondays_of_its_own, ("allmende",), Module("allmende/plan/queries.py", "x = d - timedelta(d.weekday())")),
    (rules.mondays_of_its_own, ("allmende",), Module("allmende/plan/queries.py", "x = d - d.isoweekday() * DAY")),
    (
        rules.doors_of_other_rooms,
        ("allmende",),
        Module("allmende/inbox/views.py", "from allmende.plan.forms import Goal"),
    ),
    (rules.doors_of_other_rooms, ("allmende",), Module("allmende/inbox/jobs.py", "from allmende.plan import jobs")),
    (
        rules.rows_before_workspace,
        ("allmende",),
        Module(
            "allmende/channels/actions/x.py",
            "@transaction.atomic\ndef move():\n    _keep()\n    lock_workspace(1)\n    record_audit()\n\n"
            "def _keep():\n    Dispatch.objects.filter(pk=1).update(state=1)\n",
        ),
    ),
    (
        rules.rows_before_workspace,
        ("allmende",),
        Module(
            "allmende/editorial/actions/x.py",
            "@transaction.atomic\ndef save(item):\n    if item is None:\n        lock_workspace(1)\n    else:\n"
            "        Variant.objects.select_for_update().get(pk=1)\n    record_audit()\n",
        ),
    ),
    (
        rules.rows_before_workspace,
        ("allmende",),
        Module(
            "allmende/plan/actions/x.py",
            "@transaction.atomic\ndef decide(check):\n    change_record(record=check)\n    record_audit()\n",
        ),
    ),
    (
        rules.rows_before_workspace,
        ("allmende",),
        Module(
            "allmende/plan/actions/x.py",
            "def tell(due):\n    with transaction.atomic():\n        change_record(record=due)\n        record_audit()\n",
        ),
    ),
    (
        rules.workspace_before_rights,
        ("allmende",),
        Module(
            "allmende/plan/actions/x.py",
            "def save(*, person):\n    lock_workspace(1)\n    _put(person)\n\ndef _put(person):\n    require(person, 'x')\n",
        ),
    ),
    (
        rules.workspace_before_rights,
        ("allmende",),
        Module(
            "allmende/plan/actions/x.py",
            "_restore = undo_fields(right='x')\n\ndef undo(*, person):\n    locked(1)\n    _restore(person=person)\n",
        ),
    ),
    (
        rules.workspace_taken_elsewhere,
        ("allmende",),
        Module("allmende/plan/actions/x.py", "def save():\n    Workspace.objects.select_for_update().get(pk=1)\n"),
    ),
    (rules.other_http_doors, ("allmende",), Module("allmende/channels/actions/x.py", "from urllib import request")),
    (rules.other_http_doors, ("allmende",), Module("allmende/connectors/feed/read.py", "import httpx2")),
    (rules.other_sockets, ("allmende",), Module("allmende/connectors/feed/read.py", "import socket")),
    (rules.other_sockets, ("allmende",), Module("allmende/connectors/mail/login.py", "from imaplib import IMAP4")),
    (rules.other_sockets, ("allmende",), Module("allmende/inbox/actions/x.py", "import smtplib")),
    (
        rules.parcels_that_know_each_other,
        ("allmende",),
        Module("allmende/connectors/feed/read.py", "from allmende.connectors.archive.read import x"),
    ),
]


@pytest.mark.parametrize(("rule", "folders", "sample"), CASES, ids=lambda value: getattr(value, "__name__", None))
def test_the_rule_finds_a_bad_sample(rule: Rule, folders: tuple[str, ...], sample: Module) -> None:
    assert list(rule(sample))


@pytest.mark.parametrize(
    ("rule", "folders"),
    list({case[0]: case[1] for case in CASES}.items()),
    ids=lambda value: getattr(value, "__name__", None),
)
def test_the_house_keeps_the_rule(rule: Rule, folders: tuple[str, ...]) -> None:
    faults = [fault for module in rules.modules(*folders) for fault in rule(module)]
    assert not faults, "\n".join(faults)


def test_rules_leave_good_code_alone() -> None:
    good = Module(
        "allmende/domain/clock.py", "from datetime import datetime\ndef f(now: datetime, seed: int):\n    return now\n"
    )
    own = Module(
        "allmende/inbox/urls.py", "from allmende.inbox import views\nfrom allmende.plan.queries import chips\n"
    )
    for rule, _, _ in CASES:
        assert not list(rule(good))
        assert not list(rule(own))
