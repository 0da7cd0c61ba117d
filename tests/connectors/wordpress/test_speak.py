"""Speaking: what arrived without an answer is found, nothing is said twice, pictures lie there once."""

import dataclasses
import threading
from datetime import UTC, datetime, timedelta

import pytest

from allmende.connectors.errors import LoggedOut, Refused, TryLater, Unclear
from allmende.connectors.neutral import Draft, Media, Receipt, Ref
from tests.networks.patience import PATIENT, SILENCE, during
from tests.networks.wordpress.ground import Ground
from tests.networks.wordpress.network import plain

pytestmark = pytest.mark.thorough

EVERYBODY = pytest.mark.parametrize("ground", ["editor", "author", "plain"], indirect=True)
PICTURE = Media("image/png", alt='Eine "Werkbank"\nmit <Hobel>', name="werkbank.png", content=b"\x89PNG" + b"x" * 1000)
POST = Draft(
    'Grüße "an alle" - heute:\n\nhttps://haus.example/a?b=1&c=(2) \n[gallery] <b>', title="Titel & <i>mehr</i>"
)


def found(ground: Ground, draft: Draft, key: str = "k") -> Receipt | None:
    return ground.connector().find(key, draft, datetime.now(UTC) - timedelta(seconds=5))


def reply(ground: Ground, text: str = 'Um "acht" - <gern> & bald\n\nhttps://haus.example/ :-)') -> Draft:
    return Draft(text, reply_to=Ref(f"comment-{ground.say('Wann?').id}"))


@EVERYBODY
@pytest.mark.parametrize("kind", ["error_after", "silence_after", "half", "html"])
@pytest.mark.parametrize("is_reply", [False, True])
def test_what_arrived_unclearly_is_found(ground: Ground, kind: str, is_reply: bool) -> None:
    draft = reply(ground) if is_reply else POST
    assert found(ground, draft) is None
    ground.limits = during(kind)
    ground.network.plant("send", kind, wait=SILENCE)
    with pytest.raises(Unclear):
        ground.connector().send(draft, "k")
    ground.limits = PATIENT
    receipt = found(ground, draft)
    assert receipt is not None
    number = int(receipt.ref.native_id.split("-")[1])
    assert number in (ground.network.comments if is_reply else ground.network.posts)
    assert ground.connector().find("k2", Draft("Anderes", title="T", reply_to=draft.reply_to), receipt.sent_at) is None


@pytest.mark.parametrize(
    ("kind", "error"), [("error_before", Unclear), ("too_many", TryLater), ("maintenance", Unclear)]
)
def test_what_did_not_arrive_is_not_found(ground: Ground, kind: str, error: type[Exception]) -> None:
    ground.network.plant("send", kind, wait=90)
    with pytest.raises(error) as caught:
        ground.connector().send(POST, "k")
    assert found(ground, POST) is None
    assert ground.network.appeared == []
    if isinstance(caught.value, TryLater):
        now = datetime.now(UTC)
        assert timedelta(seconds=80) < caught.value.due(now) - now < timedelta(seconds=95)


def test_while_the_list_does_not_answer_nothing_is_said_to_be_absent(ground: Ground) -> None:
    for kind in ("error_before", "maintenance", "garbage", "list_html"):
        ground.network.plant("read", kind)
        with pytest.raises(TryLater):
            found(ground, POST)


def test_the_trash_tells_that_it_was_said(ground: Ground) -> None:
    ref = ground.connector().send(POST, "k").ref
    ground.network.change(int(ref.native_id.split("-")[1]), status="trash")
    again = found(ground, POST)
    assert again is not None
    assert again.ref == ref


@EVERYBODY
def test_the_same_answer_twice_is_noticed_by_the_site_and_left_to_a_person(ground: Ground) -> None:
    draft, clock = reply(ground), ground.network.clock
    first = ground.connector().send(draft, "k")
    skipped = 20
    ground.network.clock = lambda: clock() + skipped  # past the flood's pause
    with pytest.raises(Unclear) as caught:
        ground.connector().send(draft, "k")
    assert caught.value.reason_code == "status_409"
    assert ground.connector().find("k", draft, first.sent_at) == first
    with pytest.raises(Refused) as refused:
        ground.connector().find("k2", draft, first.sent_at, claimed={first.ref.native_id})
    assert refused.value.reason_code == "said_before"
    assert len([one for one in ground.network.comments.values() if one.author]) == 1


@pytest.mark.parametrize("ground", ["author"], indirect=True)
def test_who_comments_too_fast_waits_a_little(ground: Ground) -> None:
    ground.connector().send(reply(ground), "k1")
    draft = Draft("Nachtrag", reply_to=Ref(f"post-{ground.network.write(ground.ute.id, 'Von Ute', '<p>x</p>').id}"))
    with pytest.raises(TryLater) as caught:
        ground.connector().send(draft, "k2")
    now = datetime.now(UTC)
    assert caught.value.due(now) - now == timedelta(seconds=15)
    assert found(ground, draft) is None


def test_a_post_is_blocks_in_the_chosen_category_and_no_markup(ground: Ground) -> None:
    ref = ground.connector(categories=[7]).send(POST, "k").ref
    post = ground.network.posts[int(ref.native_id.split("-")[1])]
    assert post.categories == (7,)
    assert plain(post.content).split() == POST.text.split()
    assert "[gallery]" not in post.content
    assert "<b>" not in post.content
    assert post.content.count("<!-- wp:paragraph -->") == post.content.count("<!-- /wp:paragraph -->") == 2


def test_an_answer_waits_for_approval_and_counts_as_sent(ground: Ground) -> None:
    for draft in (POST, reply(ground)):
        ground.network.plant("send", "queued")
        receipt = ground.connector().send(draft, "k")
        again = found(ground, draft)
        assert again is not None
        assert again.ref == receipt.ref


def test_a_revoked_password_logs_out_everywhere(ground: Ground) -> None:
    connector = ground.connector()
    ref = connector.send(POST, "k").ref
    ground.haus.password = "anderes"
    for ask in (
        connector.whoami,
        lambda: list(connector.collect("")),
        lambda: connector.send(POST, "k2"),
        lambda: connector.find("k", POST, datetime.now(UTC)),
        lambda: connector.withdraw(ref),
        lambda: connector.moderate(ref, "remove"),
        lambda: connector.measure([ref]),
    ):
        with pytest.raises(LoggedOut) as caught:
            ask()
        assert caught.value.reason_code == "logged_out"


def test_pictures_lie_in_the_library_once_with_their_alternative_text(ground: Ground) -> None:
    draft = dataclasses.replace(POST, media=(PICTURE, dataclasses.replace(PICTURE, alt="", content=b"\x89PNGy")))
    for kind in ("error_before", "too_many", "crash", "half"):
        ground.network.plant("upload", kind)
        with pytest.raises(TryLater):
            ground.connector().send(draft, "k")
        assert ground.network.appeared == []
    ref = ground.connector().send(draft, "k").ref
    first, second = ground.network.media.values()
    assert (first.alt, first.content, second.alt) == ('Eine "Werkbank" mit ‹Hobel›', PICTURE.content, "")
    post = ground.network.posts[int(ref.native_id.split("-")[1])]
    assert post.featured == first.id
    assert f"{second.slug}.png" in post.content
    again = found(ground, draft)
    assert again is not None
    assert again.ref == ref
    assert found(ground, POST) is None


def test_a_picture_that_is_too_large_for_the_host_is_refused(ground: Ground) -> None:
    ground.network.plant("upload", "too_large")
    with pytest.raises(Refused) as caught:
        ground.connector().send(dataclasses.replace(POST, media=(PICTURE,)), "k")
    assert caught.value.reason_code == "too_large"


def test_pictures_that_take_too_long_do_not_hold_the_queue(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    connector = ground.connector()
    monkeypatch.setattr(type(connector), "_prepared_by", lambda *_: 0.0)
    with pytest.raises(TryLater) as caught:
        connector.send(dataclasses.replace(POST, media=(PICTURE,)), "k")
    assert caught.value.reason_code == "not_prepared"
    assert ground.network.appeared == []


def test_an_answer_carries_no_pictures_and_no_more_than_a_comment_holds(ground: Ground) -> None:
    draft = reply(ground)
    connector = ground.connector()
    for bad, code in ((dataclasses.replace(draft, media=(PICTURE,)), "too_many_media"), (dataclasses.replace(draft, text="&" * 14_000), "text_too_long")):  # fmt: skip
        assert [finding.code for finding in connector.check(bad)] == [code]
        with pytest.raises(Refused):
            connector.send(bad, "k")
    assert connector.check(dataclasses.replace(draft, text="&" * 13_000)) == ()


def test_nobody_answers_below_what_is_gone_or_closed(ground: Ground) -> None:
    gone = ground.say("Weg", status="trash")
    closed = ground.network.write(ground.ute.id, "Zu", "x", is_closed=True)
    for ref, reason in ((f"comment-{gone.id}", "not_found"), ("comment-9999", "not_found"), ("post-9999", "not_found"), (f"post-{closed.id}", "forbidden")):  # fmt: skip
        with pytest.raises(Refused) as caught:
            ground.connector().send(Draft("Antwort", reply_to=Ref(ref)), "k")
        assert caught.value.reason_code == reason


@EVERYBODY
def test_other_words_keep_the_pictures_of_a_post(ground: Ground) -> None:
    us = ground.connector()
    pair = (PICTURE, dataclasses.replace(PICTURE, alt="", content=b"\x89PNGy"))
    post = us.send(dataclasses.replace(POST, media=pair), "k").ref
    us.edit(post, Draft("Andere Wörter [gallery]", title="Anders & mehr"))
    row = ground.network.posts[int(post.native_id.removeprefix("post-"))]
    assert (row.title, row.content.count("<!-- wp:image")) == ("Anders &amp; mehr", 1)
    assert "&#91;gallery&#93;" in row.content and "Grüße" not in row.content
    answer = us.send(reply(ground), "k2").ref
    if "moderate_comments" in us.settings["may"]:
        us.edit(answer, Draft("Um <neun>"))
        assert ground.network.comments[int(answer.native_id.removeprefix("comment-"))].content == "Um &lt;neun&gt;"
    else:
        with pytest.raises(Refused) as caught:
            us.edit(answer, Draft("Um neun"))
        assert caught.value.reason_code == "forbidden"
    for ref, text, reason in ((Ref(f"comment-{ground.say('Ihr Wort').id}"), "x", "forbidden"), (Ref("post-99999"), "x", "not_found"), (post, " ", "text_empty")):  # fmt: skip
        with pytest.raises(Refused) as caught:
            us.edit(ref, Draft(text))
        assert caught.value.reason_code == reason


@pytest.mark.parametrize(
    "more",
    [
        "<!-- wp:heading -->\n<h2>Programm</h2>\n<!-- /wp:heading -->",
        '<!-- wp:paragraph -->\n<p>Mehr <a href="https://haus.example/">hier</a></p>\n<!-- /wp:paragraph -->',
        "<p>Ohne Block</p>",
    ],
)
def test_what_plain_words_would_lose_is_left_as_it_stands(ground: Ground, more: str) -> None:
    """Somebody may have set a post at the site since: headings, links and lists are nothing that a text of ours can say."""
    us = ground.connector()
    post = us.send(POST, "k").ref
    number = int(post.native_id.removeprefix("post-"))
    content = f"{ground.network.posts[number].content}\n\n{more}"
    ground.network.change(number, content=content)
    with pytest.raises(Refused) as caught:
        us.edit(post, Draft("Andere Wörter", title="Anders"))
    assert caught.value.reason_code == "would_lose"
    assert ground.network.posts[number].content == content


def test_only_our_own_words_are_withdrawn(ground: Ground) -> None:
    post, comment = ground.network.write(ground.ute.id, "Von Ute", "x"), ground.say("Von Mia")
    for native_id in (f"post-{post.id}", f"comment-{comment.id}"):
        with pytest.raises(Refused) as caught:
            ground.connector().withdraw(Ref(native_id))
        assert caught.value.reason_code == "forbidden"
    ours = ground.connector().send(Draft("Von uns", reply_to=Ref(f"post-{post.id}")), "k").ref
    ground.connector().withdraw(ours)
    assert ground.network.comments[int(ours.native_id.split("-")[1])].status == "trash"


def test_measures_change_what_they_say_and_nothing_twice(ground: Ground) -> None:
    comment = ground.network.comment(ground.page, "Fremd")
    ref, connector = Ref(f"comment-{comment.id}"), ground.connector()
    for measure, status in (("approve", "approved"), ("approve", "approved"), ("hide", "hold"), ("unhide", "approved"), ("remove", "trash"), ("remove", "trash")):  # fmt: skip
        connector.moderate(ref, measure)  # type: ignore[arg-type]
        assert comment.status == status
    comment.status = "spam"
    connector.moderate(ref, "remove")
    assert comment.status == "spam"
    with pytest.raises(Refused):
        connector.moderate(Ref("comment-9999"), "hide")
    connector.moderate(Ref("comment-9999"), "remove")
    post = ground.network.write(ground.ute.id, "Von Ute", "x")
    with pytest.raises(Refused):
        connector.moderate(Ref(f"post-{post.id}"), "hide")
    connector.moderate(Ref(f"post-{post.id}"), "remove")
    assert post.status == "trash"


def test_replies_are_counted_as_the_public_sees_them(ground: Ground) -> None:
    ref = ground.connector().send(POST, "k").ref
    number = int(ref.native_id.split("-")[1])
    first = ground.say("Eins", post=number)
    ground.say("Zwei", post=number, parent=first.id)
    ground.say("Gehalten", post=number, status="hold")
    told = {one.ref.native_id: one.value for one in ground.connector().measure([ref, Ref(f"comment-{first.id}"), Ref("x")])}  # fmt: skip
    assert told == {ref.native_id: 2, f"comment-{first.id}": 1}


def test_two_at_once_say_it_twice_and_the_queue_must_not_ask_for_it(ground: Ground) -> None:
    """No key, no chosen id: WordPress itself would take the same post twice."""
    both = [threading.Thread(target=lambda: ground.connector().send(POST, "k")) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(ground.network.appeared) == 2
    assert ground.connector().abilities.idempotency.kind == "none"
    assert ground.connector().abilities.quarantine >= timedelta(minutes=2)
