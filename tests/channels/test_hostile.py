"""What a network may send to harm: marks no database keeps, absurd times, endless pages; up to the page people read."""

import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest

from allmende.channels.actions import collect_channel, record_batch
from allmende.channels.models import Channel, Cursor, Gesture, Message
from allmende.connectors.contract import Abilities, Connector
from allmende.connectors.neutral import Author, Batch, Item, Media, Ref
from allmende.connectors.register import KINDS
from allmende.members.models import Identity

KARL = Author("k", "karl", "Karl Ott")
BAD = ("\x00", "\ud800", "\x00\ud83d")


def item(native_id, now, **more):
    given = {"kind": "message", "act": "asked", "author": KARL, "text": "Wie?"} | more
    return Item(
        given.pop("ref", Ref(native_id)), given.pop("kind"), given.pop("act"), given.pop("author"),
        given.pop("at", now), given.pop("thread", native_id), **given,
    )  # fmt: skip


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize(
    "spoils",
    [
        lambda bad: {"ref": Ref(f"2{bad}")},
        lambda bad: {"ref": Ref("2", f"https://example.org/{bad}")},
        lambda bad: {"thread": f"1{bad}"},
        lambda bad: {"reply_to": f"1{bad}"},
        lambda bad: {"author": Author(f"a{bad}")},
        lambda bad: {"author": Author("a", f"a{bad}")},
        lambda bad: {"author": Author("a", "a", f"Anna{bad}")},
        lambda bad: {"title": f"Neu{bad}"},
        lambda bad: {"text": f"Neu{bad}"},
        lambda bad: {"html": f"<p>Neu{bad}</p>"},
        lambda bad: {"visibility": f"public{bad}"},
        lambda bad: {"act": f"asked{bad}"},
        lambda bad: {"extra": {"x": f"y{bad}", f"k{bad}": 1}},
        lambda bad: {"extra": {"author_class": f"staff{bad}"}},
        lambda bad: {"media": (Media("image/png", f"https://example.org/{bad}", f"{bad}"),)},
        lambda bad: {"kind": "gesture", "act": "thanked", "target": f"1{bad}"},
        lambda bad: {"visibility": "x" * 300},
        lambda bad: {"act": "x" * 300},
        lambda bad: {"extra": {"author_class": "x" * 300}},
        lambda bad: {"author": Author("a" * 300)},
        lambda bad: {"author": Author("a", "h" * 9000, "n" * 9000)},
    ],
)
def test_one_hostile_message_does_not_deafen_the_channel(world, spoils, bad):
    now = world.now
    items = [item("1", now), item("2", now, **spoils(bad)), item("3", now)]
    record_batch(channel=world.channel, batch=Batch(items, "7"), now=now)
    assert {"1", "3"} <= set(Message.objects.values_list("native_id", flat=True))
    assert Cursor.objects.get().value == "7"
    for row in Message.objects.all():
        assert row.visibility in ("public", "members", "direct")
        assert row.author_class in ("member", "staff", "expert", "partner", "bot", "unknown")
    for text in Identity.objects.values_list("name", "handle", "native_id"):
        assert all(len(part) <= 255 and "\x00" not in part for part in text)


def test_who_may_read_a_message_of_unknown_visibility_is_as_few_as_possible(world):
    record_batch(channel=world.channel, batch=Batch([item("1", world.now, visibility="followers")], "1"), now=world.now)
    assert Message.objects.get().visibility == "direct"


@pytest.mark.parametrize(
    "at", [datetime(9999, 12, 31, 23, 59, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC)]
)
def test_an_absurd_time_is_the_time_it_came(world, client_of, at):
    from allmende.inbox.jobs import file_new
    from allmende.inbox.models import Conversation

    items = [item("1", world.now, at=at, edited_at=at), item("2", world.now)]
    record_batch(channel=world.channel, batch=Batch(items, "1"), now=world.now)
    assert Message.objects.get(native_id="1").occurred_at == world.now
    file_new(world.now)
    assert Conversation.objects.filter(state="waiting").count() == 2
    client = client_of(world.owner)
    assert client.get(f"/w/{world.owner.workspace.slug}/inbox/").status_code == 200


class Endless(Connector):
    """A network that always says there is more."""

    kind = "endless"
    pages = 0
    clock = None

    @property
    def abilities(self):
        return Abilities()

    def whoami(self):
        return Author("us", is_us=True)

    def collect(self, cursor):
        while True:
            Endless.pages += 1
            if Endless.pages > 50:
                raise AssertionError("nobody stopped reading")
            Endless.clock.pass_time(seconds=10)
            yield Batch([item(f"m{Endless.pages}", Endless.clock.now)], str(Endless.pages))


def test_a_network_without_end_is_read_in_portions(world, monkeypatch):
    monkeypatch.setitem(KINDS, "endless", "tests.channels.test_hostile:Endless")
    Endless.pages, Endless.clock = 0, world
    world.account.kind = "endless"
    world.account.save()
    channel = Channel.objects.select_related("account", "workspace").get(pk=world.channel.pk)
    started = world.now
    new = collect_channel(channel=channel, now=started, clock=lambda: world.now)
    cursor = Cursor.objects.get()
    assert 0 < new <= 10
    assert cursor.value == str(Endless.pages)
    assert cursor.next_at <= world.now + timedelta(seconds=1)
    assert cursor.last_error == ""
    changed = list(Message.objects.order_by("pk").values_list("changed_at", flat=True))
    assert changed[-1] > started  # each portion bears the time it came, so that nobody who files overlooks it
    assert changed == sorted(set(changed))


HOSTILE = (
    "<script>window.hit=1</script>",
    "<img src=https://evil.example/x.png onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    "<svg><g onload=alert(1)></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<iframe src=https://evil.example></iframe><object data=x></object><embed src=x>",
    "<form action=https://evil.example><input name=csrfmiddlewaretoken></form>",
    '<p style="background:url(https://evil.example/a)" onclick=alert(1) id=reply class=btn>x</p>',
    "<base href=https://evil.example><meta http-equiv=refresh content=0;url=https://evil.example>",
    '"><script>alert(1)</script>',
    "'-alert(1)-'",
    "{{ request.user }}{% csrf_token %}",
    "</textarea><script>alert(1)</script>",
    '<p x-data="{a: alert(1)}" hx-get=/x data-key=e>x</p>',
)


def attributes(page: str) -> set[str]:
    """The names of all attributes on it; what stands inside a quoted value is none, as in a browser."""
    found: set[str] = set()
    reader = HTMLParser()
    reader.handle_starttag = lambda tag, attrs: found.update(name for name, _ in attrs)  # type: ignore[method-assign]
    reader.feed(page)
    return found


def test_an_event_attribute_is_found_a_quoted_word_is_not():
    assert attributes('<p title="<img src=x onerror=a()>" class=b onclick="a()">') == {"title", "class", "onclick"}
    assert attributes('<p title=""><img src=x onerror=a()>') == {"title", "src", "onerror"}


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_words_are_words_on_every_page(world, client_of, hostile):
    from allmende.inbox.jobs import file_new
    from allmende.inbox.models import Conversation

    author = Author("k", hostile, hostile)
    ref = Ref("1", f"javascript:alert(1)//{hostile}"[:500])
    items = [
        item(
            "1", world.now, ref=ref, author=author, title=hostile, text="" if "<" in hostile else hostile, html=hostile
        ),
        item("2", world.now, author=author, thread="1", reply_to="1", text=hostile),
    ]
    record_batch(channel=world.channel, batch=Batch(items, "1"), now=world.now)
    file_new(world.now)
    client, slug = client_of(world.owner), world.owner.workspace.slug
    conversation = Conversation.objects.get()
    for path in (f"inbox/{conversation.public_id}/", "inbox/", "", "search/?q=alert", "channels/", "channels/queue/"):
        answer = client.get(f"/w/{slug}/{path}")
        assert answer.status_code == 200, path
        page = answer.content.decode()
        for bad in re.findall(r"<(script|img|svg|math|iframe|object|embed|base|meta|form)\b[^>]*", hostile):
            assert not re.search(rf"<{bad}\b[^>]*(alert|evil\.example)", page), path
        assert not re.search(r'(href|src|action)="(javascript|data):', page), path
        assert not [name for name in attributes(page) if name.startswith("on")], path
        assert 'x-data="{a' not in page, path
        assert "img-src 'self' data:" in answer["Content-Security-Policy"]
        assert "script-src 'self'" in answer["Content-Security-Policy"]
        assert "unsafe" not in answer["Content-Security-Policy"]


def test_a_megabyte_of_words_is_one_message(world, client_of):
    from allmende.inbox.jobs import file_new

    began = datetime.now(UTC)
    texts = ["wie " * 250_000, "<b>" * 300_000, "a" * 1_000_000, "&" * 500_000, "http://" * 140_000, "? " * 400_000]
    items = [item(str(n), world.now, title=text[:5_000], text=text, html=text) for n, text in enumerate(texts)]
    record_batch(channel=world.channel, batch=Batch(items, "1"), now=world.now)
    file_new(world.now)
    assert datetime.now(UTC) - began < timedelta(seconds=60)
    assert Message.objects.count() == len(texts)
    assert client_of(world.owner).get(f"/w/{world.owner.workspace.slug}/inbox/").status_code == 200


def test_what_is_nested_too_deep_is_left_out(world):
    deep: dict = {}
    for _ in range(5_000):
        deep = {"a": deep}
    record_batch(channel=world.channel, batch=Batch([item("1", world.now, extra={"deep": deep})], "1"), now=world.now)
    assert Message.objects.get().extra.keys() == {"dropped"}


def test_a_gesture_taken_back_before_it_came_stays_taken_back(world):
    gone = item("g", world.now, kind="gesture", act="thanked", target="1", deleted_at=world.now)
    record_batch(channel=world.channel, batch=Batch([gone], "1"), now=world.now)
    record_batch(
        channel=world.channel,
        batch=Batch([item("g", world.now, kind="gesture", act="thanked", target="1")], "2"),
        now=world.now,
    )
    assert Gesture.objects.get().deleted_at


def test_a_name_does_not_turn_the_line_around_it(world):
    author = Author("k", "karl\u202e", "Karl \u202ettO\u2066")
    told = item("1", world.now, author=author, title="Rechnung \u202efdp.exe", text="שלום \u202bעולם\u202c")
    record_batch(channel=world.channel, batch=Batch([told], "1"), now=world.now)
    message = Message.objects.select_related("identity").get()
    shown = message.title + message.identity.name + message.identity.handle
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    assert message.text == "שלום \u202bעולם\u202c"  # in running words they belong to the words
