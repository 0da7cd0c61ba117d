"""Notices reach a person once and have a sentence."""

from allmende.team.actions import see_notices, send_notice
from allmende.team.queries import notices_of, unseen_notices


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
