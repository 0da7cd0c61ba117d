"""The address at which a network fetches a picture: of one post, while that leaves, and of nothing else."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from allmende.channels.actions import hand_over, keep_media
from allmende.channels.actions.claim_dispatch import claim_dispatch
from allmende.channels.models import Account, Channel, Dispatch, MessageMedia, Spoken, media_path
from allmende.channels.queries import draft_of, findings_for
from allmende.channels.queries.media import ADDRESS_SALT
from tests.channels.conftest import new_world  # noqa: F401 - a fixture
from tests.channels.test_media import picture

pytestmark = pytest.mark.django_db
ORIGIN = "https://haus.example.org"


@pytest.fixture
def world(new_world, settings):  # noqa: F811
    """A channel at a network that fetches pictures itself."""
    settings.ORIGIN = ORIGIN
    made = new_world(mode="key", kind="social_network")
    made.now = timezone.now().replace(microsecond=0)
    Account.objects.update(kind="threads", settings={"user_id": "1", "handle": "haus"})
    made.channel = Channel.objects.select_related("account").get(pk=made.channel.pk)
    return made


@pytest.fixture
def speaking(world) -> Dispatch:
    """A post with two pictures that is being said just now."""
    media = [
        keep_media(person=world.owner, name=f"{size}.png", content=picture("PNG", (size, size)), now=world.now)
        for size in (40, 50)
    ]
    waiting = hand_over(
        person=world.owner, channel=world.channel, kind="post", text="Schau", now=world.now, send_after=world.now,
        media=[Spoken(one, "x") for one in media],
    )  # fmt: skip
    claimed = claim_dispatch(pk=waiting.pk, holder="w", now=world.now)
    assert claimed is not None
    return claimed


def shown_in(dispatch: Dispatch) -> list[MessageMedia]:
    return list(MessageMedia.objects.select_related("media").filter(message=dispatch.message_id).order_by("place"))


def paths(dispatch: Dispatch) -> list[str]:
    addresses = [one.url for one in draft_of(dispatch).media]
    assert all(address.startswith(f"{ORIGIN}/m/") for address in addresses)
    return [urlsplit(address).path for address in addresses]


def test_exactly_one_picture_is_served_with_its_type_and_length(speaking) -> None:
    for path, row in zip(paths(speaking), shown_in(speaking), strict=True):
        answer = Client().get(path)
        content = b"".join(answer.streaming_content)
        assert content == media_path(row.media.file).read_bytes()
        assert answer["Content-Type"] == "image/png" and answer["Content-Length"] == str(len(content))
        assert "no-store" in answer["Cache-Control"] and answer["X-Robots-Tag"] == "noindex"
        assert not answer.cookies
        assert Client().head(path).status_code == 200


@pytest.mark.parametrize("state", ["waiting", "sent", "refused", "withdrawn", "held", "missed", "given_up"])
def test_the_address_ends_with_the_need_for_it(speaking, state: str) -> None:
    path = paths(speaking)[0]
    Dispatch.objects.update(state=state, settled_at=timezone.now())
    assert Client().get(path).status_code == 404


def test_while_nobody_knows_whether_it_arrived_it_holds(speaking) -> None:
    Dispatch.objects.update(state="unclear")
    assert Client().get(paths(speaking)[0]).status_code == 200


def test_the_address_expires(speaking) -> None:
    speaking.lease_until = timezone.now() - timedelta(minutes=11)
    assert Client().get(paths(speaking)[0]).status_code == 404


def test_what_is_not_signed_by_us_is_found_nowhere(speaking, world) -> None:
    path = paths(speaking)[0]
    until = int(timezone.now().timestamp()) + 600
    whole = [speaking.public_id.hex, 0, 0, until]
    forged = [
        path[:-1] + ("A" if path[-1] != "A" else "B"),
        path[: path.rindex(":")],
        "/m/",
        "/m/x",
        f"/m/{signing.dumps(whole, salt='another')}",
        f"/m/{signing.dumps([speaking.public_id.hex, 2, 0, until], salt=ADDRESS_SALT)}",
        f"/m/{signing.dumps(['nothing', 0, 0, until], salt=ADDRESS_SALT)}",
        f"/m/{signing.dumps('whole', salt=ADDRESS_SALT)}",
    ]
    answers = [Client().get(one) for one in forged]
    assert [one.status_code for one in answers] == [404] * len(forged)
    assert all(world.owner.workspace.slug not in one.content.decode() for one in answers)
    assert Client().post(path).status_code == 405


def test_a_file_that_is_gone_is_found_nowhere(speaking) -> None:
    path = paths(speaking)[0]
    media_path(shown_in(speaking)[0].media.file).unlink()
    assert Client().get(path).status_code == 404


def test_the_address_names_neither_workspace_nor_picture(speaking, world) -> None:
    path = paths(speaking)[0]
    row = shown_in(speaking)[0]
    for secret in (world.owner.workspace.slug, str(row.media.pk), row.media.file, row.media.sha256):
        assert secret not in path


@pytest.mark.parametrize(
    ("origin", "codes"), [(ORIGIN, []), ("http://localhost:8000", ["media_not_public"]), ("", ["media_not_public"])]
)
def test_without_a_public_address_the_check_says_what_is_missing(
    world, settings, origin: str, codes: list[str]
) -> None:
    settings.ORIGIN = origin
    media = keep_media(person=world.owner, name="a.png", content=picture("PNG", (40, 40)), now=world.now)
    found = findings_for(world.channel, title="", text="Schau", media=[Spoken(media, "x")])
    assert [one.code for one in found] == codes
