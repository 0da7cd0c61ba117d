"""People who were merged, brought in, taken out and forgotten: the ledger follows, in every file (issue 7)."""

from datetime import timedelta

import pytest

from allmende.behaviours.actions import adopt_definition, fill_ledger, measure_workspace, verify_ledger
from allmende.behaviours.queries import ledger_name, ledger_root
from allmende.behaviours.queries.facts import facts_for
from allmende.channels.actions import undo_import
from allmende.channels.models import Gesture, Message
from allmende.ledger.files import Ledger
from allmende.ledger.measure import measure
from allmende.ledger.shipped import ANSWER_ACROSS, FIRST_ANSWER_BY_MEMBER, NEWCOMER_CONTRIBUTES_AGAIN
from allmende.members.actions import merge_members, part_members, tell_traits
from allmende.members.models import Member
from tests.behaviours.conftest import row
from tests.behaviours.test_ledger_fill import APRIL, MARCH, ROWS, stored

HOUR = timedelta(hours=1)


@pytest.fixture
def folder(workspace):
    return Ledger(ledger_root()).folder(ledger_name(workspace))


def findings(workspace, now):
    return {one.finding for one in verify_ledger(workspace=workspace, now=now)}


def of(alias):
    return Member.objects.get(alias=alias)


@pytest.mark.parametrize("stays", ["source", "target"])
def test_an_import_taken_out_takes_with_it_whom_it_brought_though_they_were_merged(
    take_in, owner, workspace, now, stays
):
    """Two accounts of one person came by two imports; one of them is undone after the two were merged."""
    first = take_in([row("q1", "Lena", MARCH), row("a1", "Tarek", MARCH + HOUR, "q1")])
    second = take_in([row("q2", "Lena am Telefon", APRIL), row("a2", "Tarek", APRIL + HOUR, "q2")], at=now + HOUR)
    lena, phone = of("Lena"), of("Lena am Telefon")
    fill_ledger(workspace=workspace, now=now + HOUR)
    merge_members(person=owner, source=phone, target=lena, basis="said", now=now + 2 * HOUR)
    fill_ledger(workspace=workspace, now=now + 2 * HOUR)
    assert phone.pseudonym not in {one["actor"] for one in stored(workspace)}
    undo_import(person=owner, import_run=first if stays == "source" else second, now=now + 3 * HOUR)
    fill_ledger(workspace=workspace, now=now + 3 * HOUR)
    asked = [(one["actor"], one["occurred_at"]) for one in stored(workspace) if one["act"] == "asked"]
    assert asked == [(lena.pseudonym, APRIL if stays == "source" else MARCH)]
    assert findings(workspace, now + 4 * HOUR) == {"same"}


def test_of_two_accounts_with_departments_of_their_own_the_one_they_became_decides(take_in, owner, workspace, now):
    """Told by two tables: an answer crosses departments or it does not, as the person stands now, and again when they part."""
    take_in([
        row("q1", "Lena", MARCH), row("a1", "Tarek", MARCH + HOUR, "q1"), row("t1", "Lena", MARCH + 2 * HOUR, "q1"),
        row("x", "T. Yildiz", MARCH + 3 * HOUR, "q1"),
    ])  # fmt: skip
    answer = Message.objects.get(native_id="a1")
    Gesture.objects.create(
        channel=answer.channel, act="thanked", target=answer, identity=of("Lena").identities.get(), native_id="thanks",
        author_class="member", occurred_at=MARCH + 4 * HOUR, recorded_at=now, changed_at=now, origin="import",
    )  # fmt: skip
    lena, tarek, yildiz = of("Lena"), of("Tarek"), of("T. Yildiz")
    tell_traits(person=owner, told={lena.pk: {"department": "Linz"}, tarek.pk: {"department": "Chur"}}, now=now)
    tell_traits(person=owner, told={yildiz.pk: {"department": "Linz"}}, now=now + HOUR)

    def crossed(at):
        fill_ledger(workspace=workspace, now=at)
        place = (ledger_root(), ledger_name(workspace), ANSWER_ACROSS)
        facts = facts_for(workspace, ANSWER_ACROSS, at)
        return [
            (one.complete, one.successes) for one in measure(*place, as_of=at, period="all", zone="UTC", facts=facts)
        ]

    assert crossed(now + HOUR) == [(1, 1)]
    merging = merge_members(person=owner, source=tarek, target=yildiz, basis="said", now=now + 2 * HOUR)
    assert crossed(now + 2 * HOUR) == [(1, 0)]
    part_members(person=owner, merging=merging.pk, now=now + 3 * HOUR)
    assert crossed(now + 3 * HOUR) == [(1, 1)]


def test_whoever_is_forgotten_is_in_no_file_after_one_run(take_in, owner, workspace, now, folder, tmp_path):
    """Months, what was set aside and is damaged just now, drafts, links and notes of a killed count, the tally."""
    take_in(ROWS)
    for definition in (FIRST_ANSWER_BY_MEMBER, NEWCOMER_CONTRIBUTES_AGAIN):
        adopt_definition(workspace=workspace, spec=definition, person=owner, now=now)
    measure_workspace(workspace=workspace, now=now)
    take_in([row("c9", "Tarek", APRIL + HOUR, "q2")], at=now + HOUR)
    fill_ledger(workspace=workspace, now=now + HOUR)
    tarek = of("Tarek")
    march, april = (folder / f"2026-0{month}.parquet" for month in (3, 4))
    aside = folder / "2026-04.parquet.damaged"
    for copy in (aside, folder / "2026-04.ab12cd.tmp", folder / "counting-abc" / april.name):
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(april.read_bytes())
    march.write_bytes(march.read_bytes()[:-7])
    # Each old file keeps a second name elsewhere: else the number of one that is gone is given to the next.
    before = {
        path: tmp_path / f"before-{path.name}-{number}"
        for number, path in enumerate(folder.rglob("*"))
        if path.suffix in (".duckdb", ".parquet")
    }
    assert len(before) >= 4
    for path, elsewhere in before.items():
        elsewhere.hardlink_to(path)
    Member.objects.filter(pk=tarek.pk).update(erased_at=now + 2 * HOUR)
    measure_workspace(workspace=workspace, now=now + 2 * HOUR)
    rows = stored(workspace)
    assert len(rows) == 4
    assert tarek.pseudonym not in {one[side] for one in rows for side in ("actor", "target_actor")}
    after = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert after <= {march.name, april.name, ".tally.duckdb", ".filler", ".writer", ".counter"}
    assert [path for path, elsewhere in before.items() if path.exists() and path.samefile(elsewhere)] == []


def test_damage_among_the_rows_is_a_finding_of_its_own(take_in, workspace, now, folder):
    take_in(ROWS)
    fill_ledger(workspace=workspace, now=now)
    Message.objects.update(changed_at=now - timedelta(days=1))
    Gesture.objects.update(changed_at=now - timedelta(days=1))
    march = folder / "2026-03.parquet"
    raw = march.read_bytes()
    march.write_bytes(raw[:4] + bytes(60) + raw[64:])
    assert [(one.month, one.finding) for one in verify_ledger(workspace=workspace, now=now)] == [
        ("2026-03", "damaged"), ("2026-04", "same"),
    ]  # fmt: skip
    verify_ledger(workspace=workspace, now=now, is_mending=True)
    assert findings(workspace, now) == {"same"}
