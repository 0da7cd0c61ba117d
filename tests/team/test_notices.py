"""Notices reach a person once and have a sentence."""

import ast
from pathlib import Path

from django.template.loader import get_template
from django.utils import translation

from allmende.team.actions import see_notices, send_notice
from allmende.team.queries import notices_of, unseen_notices
from allmende.team.templatetags.team_words import sentence

ROOT = Path(__file__).resolve().parent.parent.parent


def tell(person, now, key="a", kind="team.welcome"):
    return send_notice(person=person, kind=kind, values={"name": "Jana"}, url="/", once_key=key, now=now)


def test_notice_is_left_once_per_key(owner, now):
    assert tell(owner, now)
    assert not tell(owner, now)
    assert tell(owner, now, key="b")
    assert unseen_notices(owner).count() == 2


def test_seen_notices_stay_readable_below_the_unseen(owner, now):
    tell(owner, now, key="a")
    tell(owner, now, key="b")
    first = unseen_notices(owner).first()
    assert see_notices(person=owner, now=now, notice_id=first.pk) == 1
    assert [notice.once_key for notice in notices_of(owner)][-1] == first.once_key
    assert see_notices(person=owner, now=now) == 1
    assert not unseen_notices(owner).exists()


def test_nobody_marks_the_notices_of_others(owner, new_person, now):
    tell(owner, now)
    other = new_person("manager")
    assert see_notices(person=other, now=now, notice_id=unseen_notices(owner).get().pk) == 0


def test_every_notice_has_its_sentence():
    kinds = {kind for path in (ROOT / "allmende").rglob("*.py") for kind in _kinds_sent(path)}
    assert kinds
    for kind in kinds:
        room, _dot, what = kind.partition(".")
        get_template(f"{room}/notices/{what}.html")


def _kinds_sent(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "send_notice":
            kinds = [word.value for word in node.keywords if word.arg == "kind"]
            yield from (kind.value for kind in kinds if isinstance(kind, ast.Constant))


def test_notice_speaks_the_readers_language_and_never_breaks_the_page(owner, now):
    tell(owner, now)
    notice = unseen_notices(owner).get()
    with translation.override("de"):
        assert sentence(notice).startswith("Willkommen, Jana.")
    notice.kind = "team.unheard"
    with translation.override("de"):
        assert "team.unheard" in sentence(notice)
