"""Pictures: kept once, without what they tell about people, said with words, fetched for our own screens."""

import io
import struct
import zlib
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from PIL import Image, PngImagePlugin

from allmende.channels.actions import CannotHandOver, CannotKeep, Spoken, hand_over, keep_media, lighten_due
from allmende.channels.actions.claim_dispatch import PREPARED_LEASE, SPEAKING_LEASE, claim_dispatch
from allmende.channels.models import Media, Message, MessageMedia, media_path
from allmende.channels.queries import draft_of, findings_for
from allmende.channels.queries.media import as_sent, some_address
from allmende.connectors.abilities import MediaAbility
from allmende.connectors.contract import LONGEST_PREPARATION, USUAL_PREPARATION
from allmende.connectors.http import Limits

GPS = "Deichweg 7"
INSTAGRAM = MediaAbility(10, frozenset({"image/jpeg"}), 8 * 2**20, alt_text="optional")


def picture(name: str = "JPEG", size: tuple[int, int] = (64, 48), colour: str = "teal", **how) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, name, **how)
    return out.getvalue()


def noisy(side: int) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((side, side), 90).convert("RGB").save(out, "JPEG", quality=95)
    return out.getvalue()


def telling(name: str) -> bytes:
    """A picture of this format that says in every way it can where it was taken."""
    exif = Image.Exif()
    exif[0x010E] = GPS
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[29] = GPS
    how: dict = {"exif": exif}
    if name == "PNG":
        how["pnginfo"] = notes = PngImagePlugin.PngInfo()
        notes.add_text("Location", GPS)
        notes.add_itxt("XML:com.adobe.xmp", f"<x>{GPS}</x>")
    elif name == "GIF":
        how = {"comment": GPS.encode()}
    else:
        how["xmp"] = f"<x>{GPS}</x>".encode()
        if name == "JPEG":
            how["comment"] = GPS
    return picture(name, **how)


@pytest.mark.parametrize("name", ["JPEG", "PNG", "GIF", "WEBP"])
def test_what_a_picture_tells_about_its_place_is_not_kept(owner, now, name: str) -> None:
    said = telling(name)
    assert GPS.encode() in said
    media = keep_media(person=owner, name="foto.bin", content=said, now=now)
    assert media.media_type == f"image/{name.lower()}"
    for file in (media.file, media.preview):
        kept = media_path(file).read_bytes()
        assert GPS.encode() not in kept
        assert not Image.open(io.BytesIO(kept)).getexif()
    assert Image.open(media_path(media.file)).size == (64, 48)


def test_a_turned_picture_stands_upright_without_its_note(owner, now) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    media = keep_media(person=owner, name="quer.jpg", content=picture(exif=exif), now=now)
    assert (media.width, media.height) == (48, 64)
    assert Image.open(media_path(media.file)).size == (48, 64)


def test_a_picture_is_kept_once_per_workspace(owner, new_person, now) -> None:
    stranger = new_person("owner", slug="other")
    one, same = (keep_media(person=owner, name=name, content=picture(), now=now) for name in ("a.jpg", "b.jpg"))
    theirs = keep_media(person=stranger, name="a.jpg", content=picture(), now=now)
    assert one.pk == same.pk != theirs.pk
    assert one.file != theirs.file
    assert Media.objects.count() == 2


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    "content", [b"", SVG, b"%PDF-1.7", b"<html>", b"GIF89a", picture()[:200], b"\x00" * 4000], ids=range(7)
)
def test_what_is_no_picture_is_not_kept(owner, now, content: bytes) -> None:
    with pytest.raises(CannotKeep, match="Nicht aufgenommen"):
        keep_media(person=owner, name="bild.png", content=content, now=now)
    assert not Media.objects.exists()


def bomb(width: int, height: int) -> bytes:
    """A small PNG that says it is huge."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


def test_a_picture_bomb_is_refused_before_it_is_decoded(owner, now) -> None:
    with pytest.raises(CannotKeep) as refused:
        keep_media(person=owner, name="bombe.png", content=bomb(60_000, 60_000), now=now)
    assert refused.value.code == "too_many_pixels"


def test_who_may_neither_write_nor_answer_keeps_nothing(owner, new_person, now) -> None:
    with pytest.raises(PermissionDenied):
        keep_media(person=new_person("observer"), name="a.jpg", content=picture(), now=now)


def test_the_queue_binds_to_pictures_and_their_words(world) -> None:
    media = keep_media(person=world.owner, name="a.jpg", content=picture(), now=world.now)
    plain = world.post("Ein Bild vom Deich")
    one, other = (world.post("Ein Bild vom Deich", media=[Spoken(media, alt)]) for alt in ("Der Deich", "Ein Schaf"))
    assert len({plain.text_hash, one.text_hash, other.text_hash}) == 3
    draft = draft_of(one)
    assert [(m.media_type, m.alt, m.content, m.width) for m in draft.media] == [
        ("image/jpeg", "Der Deich", media_path(media.file).read_bytes(), 64)
    ]
    MessageMedia.objects.filter(message=other.message).update(alt="Ein anderes Schaf")
    world.send()
    other.refresh_from_db()
    assert (other.state, other.reason_code) == ("refused", "text_changed")


def test_a_lost_file_is_told_and_nothing_is_said(world) -> None:
    media = keep_media(person=world.owner, name="a.jpg", content=picture(), now=world.now)
    dispatch = world.post("Mit Bild", media=[Spoken(media, "Der Deich")])
    media_path(media.file).unlink()
    world.send()
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.reason_code) == ("refused", "media_gone")
    assert world.seen("Mit Bild") == 0


def test_another_workspaces_picture_is_not_said(world, new_person, now) -> None:
    media = keep_media(person=new_person("owner", slug="other"), name="a.jpg", content=picture(), now=now)
    with pytest.raises(CannotHandOver, match="anderen Arbeitsbereich"):
        hand_over(
            person=world.owner, channel=world.channel, kind="post", text="Bild", title="T", now=now, send_after=now,
            media=[Spoken(media, "x")],
        )  # fmt: skip


def test_a_picture_kept_earlier_gets_the_jpeg_that_some_networks_ask_for(owner, now) -> None:
    names = ("PNG", "WEBP", "GIF")
    media = {name: keep_media(person=owner, name=name, content=picture(name), now=now) for name in names}
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("teal", "red")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    moves = keep_media(person=owner, name="moves", content=out.getvalue(), now=now)
    old = media["WEBP"].preview  # a rendition as they were made before
    Media.objects.filter(pk__in=[media["PNG"].pk, media["GIF"].pk]).update(light="", light_type="", light_size=0)
    Media.objects.filter(pk=media["WEBP"].pk).update(light=old, light_type="image/webp")
    assert not moves.light

    def sent() -> list[str]:
        rows = [Media.objects.get(pk=media[name].pk) for name in names]
        return [one.media_type for one in as_sent([Spoken(row) for row in rows], INSTAGRAM, some_address)]

    assert sent() == ["image/png", "image/webp", "image/gif"]
    assert lighten_due(now=now) == 3
    assert sent() == ["image/jpeg"] * 3
    assert lighten_due(now=now) == 0
    assert not Media.objects.get(pk=moves.pk).light


def test_a_heavy_picture_has_a_lighter_rendition(owner, now) -> None:
    media = keep_media(person=owner, name="gross.jpg", content=noisy(1500), now=now)
    assert media.size > 950_000 >= media.light_size > 0
    assert media_path(media.light).stat().st_size == media.light_size


@pytest.mark.parametrize("name", ["PNG", "WEBP", "GIF"])
def test_a_network_that_takes_jpeg_alone_gets_one_with_its_words(owner, now, name: str) -> None:
    out = io.BytesIO()
    Image.new("RGBA", (64, 64), (0, 0, 0, 0)).save(out, name)
    media = keep_media(person=owner, name="logo", content=out.getvalue(), now=now)
    (sent,) = as_sent([Spoken(media, "Unser Zeichen")], INSTAGRAM, some_address)
    assert (sent.media_type, sent.alt) == ("image/jpeg", "Unser Zeichen")
    shown = Image.open(io.BytesIO(sent.content))
    assert (shown.format, shown.size, shown.getpixel((5, 5))) == ("JPEG", (64, 64), (255, 255, 255))
    others = MediaAbility(4, frozenset({media.media_type}), 5_000_000)
    assert as_sent([Spoken(media)], others, some_address)[0].media_type == media.media_type


def test_what_moves_is_not_sent_as_a_still(owner, now) -> None:
    out = io.BytesIO()
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("teal", "red")]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    media = keep_media(person=owner, name="winken.gif", content=out.getvalue(), now=now)
    assert as_sent([Spoken(media)], INSTAGRAM, some_address)[0].media_type == "image/gif"


def test_a_picture_kept_before_gets_its_jpeg_when_it_is_chosen_again(owner, now) -> None:
    media = keep_media(person=owner, name="a.png", content=picture("PNG"), now=now)
    Media.objects.filter(pk=media.pk).update(light="", light_type="", light_size=0)
    again = keep_media(person=owner, name="a.png", content=picture("PNG"), now=now)
    assert again.pk == media.pk
    assert Media.objects.get(pk=media.pk).light_size == media_path(again.light).stat().st_size


def test_a_rendition_that_is_replaced_leaves_no_file_behind(owner, now, django_capture_on_commit_callbacks) -> None:
    media = keep_media(person=owner, name="a.png", content=picture("PNG"), now=now)
    old = f"{'f' * 32}.webp"
    media_path(old).parent.mkdir(parents=True, exist_ok=True)
    media_path(old).write_bytes(b"alt")
    Media.objects.filter(pk=media.pk).update(light=old, light_type="image/webp")
    with django_capture_on_commit_callbacks(execute=True):
        again = keep_media(person=owner, name="a.png", content=picture("PNG"), now=now)
    assert again.light_type == "image/jpeg" and media_path(again.light).exists()
    assert not media_path(old).exists()


def test_findings_ask_for_alternative_texts(world) -> None:
    media = keep_media(person=world.owner, name="a.jpg", content=picture(), now=world.now)
    found = findings_for(world.channel, title="T", text="Text", media=[Spoken(media)])
    assert {finding.code for finding in found} & {"alt_text_missing", "too_many_media"}


def test_pictures_are_shown_to_their_workspace_alone_and_never_run(owner, new_person, client_of, now) -> None:
    media = keep_media(person=owner, name="a.jpg", content=picture(), now=now)
    own, stranger = client_of(owner), client_of(new_person("owner", slug="other"))
    for tail in ("", "preview/"):
        answer = own.get(f"/w/lotsenforum/media/{media.pk}/{tail}")
        assert answer.status_code == 200
        assert "sandbox" in answer["Content-Security-Policy"]
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert b"".join(answer.streaming_content)
        assert stranger.get(f"/w/other/media/{media.pk}/{tail}").status_code == 404
        assert stranger.get(f"/w/lotsenforum/media/{media.pk}/{tail}").status_code == 404
    assert own.get(f"/w/lotsenforum/media/{media.pk}/")["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("mode", ["key", "chosen_id", "list"])
def test_a_picture_arrives_with_its_words_once(new_world, mode: str) -> None:
    world = new_world(mode=mode)
    media = keep_media(person=world.owner, name="a.jpg", content=picture(), now=world.now)
    world.plant("send", "error_after", times=1)
    dispatch = world.settle(world.post("Am Deich", media=[Spoken(media, "Der Deich im Nebel")]))
    assert dispatch.state == "sent"
    assert world.seen("Am Deich") == 1
    (post,) = world.network.timeline()
    assert [(one["media_type"], one["alt"]) for one in post["media"]] == [("image/jpeg", "Der Deich im Nebel")]
    assert world.network.picture(post["media"][0]["id"])[1] == media_path(media.file).read_bytes()


def test_whoever_answers_or_shows_pictures_may_prepare_before_the_lease_ends(world) -> None:
    world.says("Karl", "Wie?")
    world.collect()
    media = keep_media(person=world.owner, name="a.jpg", content=picture(), now=world.now)
    plain = world.post("Heute offen.")
    shown = world.post("Seht.", media=[Spoken(media, "Ein Tor")])
    answer = world.reply("So.", Message.objects.get(text="Wie?"))
    claimed = [claim_dispatch(pk=one.pk, holder="w", now=world.now) for one in (plain, shown, answer)]
    assert [one.lease_until - world.now for one in claimed] == [SPEAKING_LEASE, PREPARED_LEASE, PREPARED_LEASE]
    silence = timedelta(seconds=Limits().whole_seconds)
    assert silence + USUAL_PREPARATION < SPEAKING_LEASE
    assert silence + LONGEST_PREPARATION < PREPARED_LEASE
