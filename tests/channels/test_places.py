"""Rule 11 of `reliability.md` and drill D4: a copied or restored database, or a clock that jumped, says nothing until a person looked."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse

from allmende.channels.actions import CannotEndPause, end_pause, release_held
from allmende.channels.actions.watch_place import Uptime, tell_mark, watch_place
from allmende.channels.models import Dispatch, Pause, Place
from allmende.channels.queries import open_pauses
from allmende.channels.queries.places import fingerprint_of, read_mark
from allmende.team.models import Notice


@pytest.fixture(autouse=True)
def fresh_place(tmp_path, monkeypatch):
    """A data folder of its own for each test: the mark beside the database outlives a rolled-back transaction."""
    monkeypatch.setattr(settings, "PLACE_FILE", tmp_path / "keys" / "place.json")


class Machine:
    """One machine that works with the database: its own mark file, name and uptime."""

    def __init__(self, world, mark_file, name="one"):
        self.world, self.mark_file, self.name, self.ticks, self.boot = world, mark_file, name, 1000.0, "boot"
        self.mark_file.parent.mkdir(exist_ok=True)

    def __enter__(self):
        settings.PLACE_FILE, settings.INSTANCE = self.mark_file, self.name

    def __exit__(self, *_):
        pass

    def work(self, *, passed=1.0, wall=None):
        """`passed` seconds by the machine's uptime, `wall` by its clock; then one look round and one run."""
        self.ticks += passed
        self.world.pass_time(seconds=passed if wall is None else wall)
        with self:
            watch_place(now=self.world.now, since_start=Uptime(self.boot, self.ticks))
            return self.world.send()


@pytest.fixture
def new_machine(world, tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "INSTANCE", "")
    return lambda name="one": Machine(world, tmp_path / name / "place.json", name)


def state_of(dispatch):
    dispatch.refresh_from_db()
    return dispatch.state


def reasons(world):
    return [pause.reason for pause in open_pauses(world.owner.workspace)]


def test_a_new_installation_speaks_at_once_and_counts_its_claims_outside_the_database(world, new_machine):
    machine = new_machine()
    machine.work()
    post = world.post("Guten Morgen.")
    machine.work()
    assert state_of(post) == "sent"
    with machine:
        assert read_mark().claims == 1 == Place.objects.get().claims


def test_claims_are_lines_of_the_mark_until_they_are_put_together_into_one(world, new_machine, monkeypatch):
    machine = new_machine()
    machine.work()
    with machine:
        key = read_mark().key
        for claims in range(1, 2_001):
            tell_mark(fingerprint_of(read_mark()), claims)
            assert machine.mark_file.stat().st_size < 4_010
        assert (read_mark().claims, read_mark().key) == (2_000, key)
        tell_mark(fingerprint_of(read_mark()), 1_999)  # another voice came first
        tell_mark("elsewhere", 3_000)
        assert read_mark().claims == 2_000


def test_a_line_that_is_not_whole_yet_takes_no_claim_back(world, new_machine):
    machine = new_machine()
    machine.work()
    with machine:
        machine.mark_file.write_text(machine.mark_file.read_text() + "\n98\n99\n")
        assert read_mark().claims == 99
        machine.mark_file.write_text(machine.mark_file.read_text() + "10")
        assert read_mark().claims == 99
        tell_mark(fingerprint_of(read_mark()), 101)
        assert read_mark().claims == 101


def test_zeros_after_a_loss_of_power_make_no_new_place(world, new_machine):
    machine = new_machine()
    machine.work()
    with machine:
        key = read_mark().key
        machine.mark_file.write_text(machine.mark_file.read_text() + "\0\0\0")
        assert (read_mark().claims, read_mark().key) == (0, key)
        machine.mark_file.write_text(machine.mark_file.read_text() + "\n98\n99\0\0\0")
        assert (read_mark().claims, read_mark().key) == (99, key)
        tell_mark(fingerprint_of(read_mark()), 100)
        assert read_mark().claims == 100


@pytest.mark.parametrize("mode", ["key", "chosen_id", "list"])
def test_a_copy_on_another_machine_asks_first_and_says_nothing_twice(new_world, tmp_path, monkeypatch, mode):
    world = new_world(mode)
    monkeypatch.setattr(settings, "INSTANCE", "")
    original = Machine(world, tmp_path / "one" / "place.json")
    original.work()
    said, unsaid, later = world.post("Schon gesagt."), world.post("Noch nicht."), world.post("Morgen.")
    tomorrow = world.now + timedelta(days=1)
    Dispatch.objects.filter(pk=unsaid.pk).update(next_at=tomorrow)
    Dispatch.objects.filter(pk=later.pk).update(next_at=tomorrow, send_after=tomorrow)
    original.work()
    assert world.seen("Schon gesagt.") == 1
    # The copy is from before: it knows of nothing that was said.
    said.log.all().delete()
    type(said.message).objects.filter(pk=said.message_id).update(native_id=None, url="", thread_native_id="")
    Dispatch.objects.filter(pk=said.pk).update(
        state="waiting", settled_at=None, spoke_at=None, first_spoke_at=None, attempts=0, fence=0
    )
    copy = Machine(world, tmp_path / "two" / "place.json", "two")
    copy.work()
    assert reasons(world) == ["copied"]
    with pytest.raises(CannotEndPause):
        end_pause(pause=Pause.objects.get(), person=world.owner, now=world.now)
    copy.work(passed=31)
    copy.work()
    assert [state_of(one) for one in (said, unsaid, later)] == ["sent", "held", "waiting"]
    assert (world.seen("Schon gesagt."), world.seen("Noch nicht."), world.seen("Morgen.")) == (1, 0, 0)
    with copy:
        end_pause(pause=Pause.objects.get(), person=world.owner, now=world.now)
        release_held(person=world.owner, dispatch=unsaid, now=world.now)
    copy.work()
    copy.work(passed=86_400)
    assert [world.seen(text) for text in ("Schon gesagt.", "Noch nicht.", "Morgen.")] == [1, 1, 1]


def test_what_no_program_can_find_out_a_person_decides(new_world, tmp_path, monkeypatch):
    world = new_world("blind")
    monkeypatch.setattr(settings, "INSTANCE", "")
    Machine(world, tmp_path / "one" / "place.json").work()
    post = world.post("Vielleicht schon gesagt.", send_after=world.now + timedelta(hours=1))
    copy = Machine(world, tmp_path / "two" / "place.json", "two")
    copy.work()
    copy.work(passed=31)
    assert state_of(post) == "unclear" and post.reason_code == "needs_person"
    with copy:
        end_pause(pause=Pause.objects.get(), person=world.owner, now=world.now)
    copy.work(passed=7200)
    assert world.seen("Vielleicht schon gesagt.") == 0
    assert Notice.objects.filter(person=world.owner, kind="channels.dispatch_unclear").exists()


def test_a_second_machine_on_the_same_database_disturbs_nobody(world, new_machine):
    first, second = new_machine(), new_machine("two")
    first.work()
    post = world.post("Morgen.", send_after=world.now + timedelta(days=1))
    second.work()
    first.work(passed=15)
    second.work(passed=20)
    assert state_of(post) == "waiting"
    with second:
        assert reasons(world) == ["joined"]
    with first:
        assert reasons(world) == []
    due = world.post("Jetzt.")
    second.work()
    assert state_of(due) == "waiting"
    first.work()
    assert state_of(due) == "sent"


def test_an_older_database_put_back_in_its_place_is_recognised(world, new_machine):
    machine = new_machine()
    machine.work()
    post = world.post("Einmal.")
    machine.work()
    Place.objects.update(claims=0)  # the state of an hour ago
    Dispatch.objects.filter(pk=post.pk).update(state="waiting", settled_at=None, spoke_at=None, first_spoke_at=None)
    machine.work()
    machine.work()
    with machine:
        assert reasons(world) == ["restored"]
    assert state_of(post) == "sent"
    assert world.seen("Einmal.") == 1
    machine.work()
    with machine:
        assert len(reasons(world)) == 1, "an older database is found once"


def test_a_pause_that_begins_in_mid_pile_stops_the_claim_itself(world, new_machine):
    from allmende.channels.actions.claim_dispatch import claim_dispatch

    machine = new_machine()
    machine.work()
    pile = [world.post(f"Beitrag {n}") for n in range(2)]
    with machine:
        assert claim_dispatch(pk=pile[0].pk, holder="w", now=world.now)
        Place.objects.update(claims=0)
        machine.mark_file.write_text(machine.mark_file.read_text().replace('"claims": 0', '"claims": 9'))
        watch_place(now=world.now, since_start=Uptime("boot", machine.ticks))
        assert claim_dispatch(pk=pile[1].pk, holder="w", now=world.now) is None


def test_without_the_mark_nothing_is_said(world, new_machine):
    """A data folder that cannot be written: the words wait, since an older database would not be recognised later."""
    machine = new_machine()
    machine.work()
    post = world.post("Wartet.")
    lock = machine.mark_file.with_suffix(".lock")
    lock.unlink(missing_ok=True)
    lock.mkdir()
    machine.work()
    assert (state_of(post), world.seen("Wartet.")) == ("waiting", 0)
    lock.rmdir()
    machine.work()
    assert world.seen("Wartet.") == 1


def test_d4_a_clock_that_jumps_ahead_holds_publishing_until_somebody_confirms(world, new_machine):
    machine = new_machine()
    machine.work(passed=20)
    tomorrow = world.post(
        "Morgen um neun.", send_after=world.now + timedelta(hours=20), send_before=world.now + timedelta(hours=22)
    )
    machine.work(passed=20, wall=86_400)
    assert (state_of(tomorrow), world.seen("Morgen um neun.")) == ("waiting", 0)
    with machine:
        assert reasons(world) == ["clock"]
    machine.work(passed=20, wall=-86_380)  # set right again
    with machine:
        end_pause(pause=Pause.objects.get(), person=world.owner, now=world.now)
    machine.work(passed=3600)
    assert state_of(tomorrow) == "waiting"
    machine.work(passed=17 * 3600)
    machine.work(passed=3 * 3600)
    assert world.seen("Morgen um neun.") == 1


@pytest.mark.parametrize(
    ("passed", "wall", "is_held"),
    [(20, 320, False), (20, 321, True), (20, -3600, False), (4000, 4010, False), (5, 400, True)],
)
def test_d4_only_a_jump_of_more_than_five_minutes_holds(world, new_machine, passed, wall, is_held):
    machine = new_machine()
    machine.work(passed=20)
    machine.work(passed=passed, wall=wall)
    with machine:
        assert bool(reasons(world)) is is_held


def test_d4_a_clock_set_back_sends_nothing_early_and_nothing_twice(world, new_machine):
    machine = new_machine()
    machine.work(passed=20)
    due = world.now + timedelta(minutes=1)
    post = world.post("Um halb.", send_after=due)
    machine.work(passed=10, wall=-3600)
    machine.work(passed=10)
    assert world.seen("Um halb.") == 0
    machine.work(passed=3700)
    machine.work(passed=20, wall=-3600)
    machine.work(passed=3700)
    assert world.seen("Um halb.") == 1
    post.refresh_from_db()
    assert post.spoke_at >= due


def test_a_restart_of_the_machine_is_no_jump(world, new_machine):
    machine = new_machine()
    machine.work(passed=20)
    machine.boot, machine.ticks = "another", 5.0
    machine.work(passed=1, wall=86_400)
    with machine:
        assert reasons(world) == []


def test_publishing_says_why_it_is_paused_and_goes_on_by_a_button(world, new_machine, client_of, new_person):
    machine = new_machine()
    machine.work()
    world.post("Wartet.", send_after=world.now + timedelta(days=1))
    copy = new_machine("two")
    copy.work()
    copy.work(passed=31)
    pause = Pause.objects.get()
    client, slug = client_of(world.owner), world.owner.workspace.slug
    with copy:
        page = client.get(reverse("channels:publishing", args=[slug]), headers={"Accept-Language": "en"})
        assert page.status_code == 200 and reverse("channels:resume", args=[slug, pause.pk]) in page.content.decode()
        assert (
            reverse("channels:publishing", args=[slug])
            in client.get(reverse("channels:index", args=[slug])).content.decode()
        )
        today = client.get(reverse("web:today", args=[slug])).content.decode()
        assert today.count(reverse("channels:publishing", args=[slug])) >= 1
        moderator = client_of(new_person("moderator"))
        assert moderator.post(reverse("channels:resume", args=[slug, pause.pk])).status_code == 403
        assert client.post(reverse("channels:resume", args=[slug, pause.pk])).status_code == 302
        assert reasons(world) == []
        assert client.get(reverse("channels:publishing", args=[slug])).status_code == 200
