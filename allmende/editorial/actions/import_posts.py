"""Bring posts that were planned elsewhere into the calendar, as drafts with their slots, and take them out again."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allmende.channels.actions import keep_table
from allmende.channels.queries.tables import CannotReadTable
from allmende.editorial import audit, states
from allmende.editorial.catalogue import TABLE_REASONS
from allmende.editorial.models import CareOverride, ImportedPost, Item, PostImport, Variant
from allmende.editorial.queries.lacks import Lack
from allmende.editorial.queries.post_imports import Post, post_sheet, posts_folder, uncared_posts
from allmende.plan.actions import link_work
from allmende.team.access import require
from allmende.team.actions import record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person


class CannotImportPosts(Exception):
    """Nothing was taken in or out; the message says why."""


class NoTableSo(CannotImportPosts):
    """With its letters read like that the file is no table; it is read as before."""


class NobodyOnDuty(CannotImportPosts):
    """Some of the posts find nobody on duty; a reason lets them in knowingly."""


def choose_posts(*, person: Person, name: str, parts: Iterable[bytes], now: datetime) -> PostImport:
    """Keep an uploaded table and look whether it can be read. Raises CannotImportPosts."""
    require(person, "editorial.item.edit")
    folder = posts_folder()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / uuid.uuid4().hex
    try:
        keep_table(path=path, parts=parts)
        run = PostImport(
            workspace=person.workspace, file_name=name[:200], path=str(path), created_at=now, created_by=person,
            updated_at=now, updated_by=person, origin="import",
        )  # fmt: skip
        post_sheet(run, now)
    except (OSError, CannotReadTable) as error:
        path.unlink(missing_ok=True)
        raise CannotImportPosts(told(error)) from error
    run.save()
    return run


@transaction.atomic
def wish_posts(*, person: Person, post_import: PostImport, wishes: Mapping[str, Any], now: datetime) -> PostImport:
    """Write down how the table is to be read: columns, dates, encoding, channels (network -> id), serves_key.

    Raises CannotImportPosts; NoTableSo where nobody could read it with these letters any more.
    """
    require(person, "editorial.item.edit")
    run = _chosen(person, post_import)
    is_read_anew = wishes.get("encoding", "") != run.wishes.get("encoding", "")
    run.wishes, run.updated_at, run.updated_by = dict(wishes), now, person
    if is_read_anew:
        _check_table(run, now)
    run.save(update_fields=["wishes", "updated_at", "updated_by"])
    return run


@transaction.atomic
def import_posts(
    *, person: Person, post_import: PostImport, now: datetime, url: str = "", knowingly: str = ""
) -> PostImport:
    """Make drafts of the rows that are not known yet. Raises CannotImportPosts.

    `knowingly`: why slots are kept for which nobody is on duty; without that such rows raise NobodyOnDuty (S2-02, I-19).
    """
    require(person, "editorial.item.edit")
    lock_workspace(person.workspace_id)
    run = _chosen(person, post_import)
    try:
        sheet = post_sheet(run, now)
    except CannotReadTable as error:
        raise CannotImportPosts(told(error)) from error
    known = set(
        ImportedPost.objects.filter(
            item__workspace=run.workspace, key__in=[post.key for post in sheet.posts]
        ).values_list("key", flat=True)
    )
    fresh = [post for post in sheet.posts if post.key not in known]
    uncared = uncared_posts(run.workspace, fresh)
    if uncared and not knowingly.strip():
        raise NobodyOnDuty(_uncared_words(len(uncared)))
    variants = _write(run, person, fresh, now)
    _bear(person, [(one, uncared[key]) for one, key in variants if key in uncared], knowingly.strip()[:300], now)
    run.state, run.finished_at, run.updated_at, run.updated_by = states.IMPORT_DONE, now, now, person
    run.made, run.known, run.refused = len(fresh), len(sheet.posts) - len(fresh), len(sheet.left_out)
    Path(run.path).unlink(missing_ok=True)
    run.path = ""
    run.save()
    record_audit(
        workspace=run.workspace, person=person, verb=audit.POSTS_IMPORTED, target=run, now=now,
        after={"file": run.file_name, "made": run.made, **({"knowingly": knowingly.strip()[:300]} if uncared else {})},
    )  # fmt: skip
    for serves in sorted({_served(run, post) for post in fresh} - {""}):
        link_work(
            workspace=run.workspace, key=serves, kind="item", ref=str(run.pk), label=run.file_name, url=url, at=now
        )
    return run


@transaction.atomic
def undo_posts(*, person: Person, post_import: PostImport, now: datetime) -> PostImport:
    """Take out what the table brought; what somebody changed, approved or handed over since stays, and is counted."""
    require(person, "editorial.item.edit")
    lock_workspace(person.workspace_id)
    run = PostImport.objects.select_for_update().get(pk=post_import.pk, workspace=person.workspace)
    if run.state != states.IMPORT_DONE:
        raise CannotImportPosts(_("Nothing changed. There is nothing of this table to take out."))
    items = Item.objects.filter(pk__in=run.posts.values("item"))
    touched = set(items.exclude(revision=1).values_list("pk", flat=True))
    moved = Variant.objects.filter(item__in=items).exclude(revision=1, state=states.DRAFT, dispatch__isnull=True)
    touched |= set(moved.values_list("item", flat=True)) | set(
        items.filter(comments__isnull=False).values_list("pk", flat=True)
    )
    items.exclude(pk__in=touched).delete()
    run.posts.all().delete()
    run.state, run.kept, run.updated_at, run.updated_by = states.IMPORT_UNDONE, len(touched), now, person
    run.save(update_fields=["state", "kept", "updated_at", "updated_by"])
    record_audit(workspace=run.workspace, person=person, verb=audit.POSTS_UNDONE, target=run, now=now)
    return run


@transaction.atomic
def drop_posts(*, person: Person, post_import: PostImport) -> None:
    """Forget a table of which nothing was taken in."""
    require(person, "editorial.item.edit")
    run = _chosen(person, post_import)
    Path(run.path).unlink(missing_ok=True)
    run.delete()


def told(error: Exception) -> str:
    """Why a table cannot be taken in, in a sentence."""
    if isinstance(error, CannotReadTable) and error.reason_code in TABLE_REASONS:
        return str(TABLE_REASONS[error.reason_code]) % {"detail": error.detail}
    return str(error)


def _check_table(run: PostImport, now: datetime) -> None:
    try:
        post_sheet(run, now)
    except CannotReadTable as error:
        raise NoTableSo(_("Nothing changed. Read like that the file is no table; choose other letters.")) from error


def _chosen(person: Person, post_import: PostImport) -> PostImport:
    run = PostImport.objects.select_for_update().filter(pk=post_import.pk, workspace=person.workspace).first()
    if run is None or run.state != states.IMPORT_CHOSEN:
        raise CannotImportPosts(_("Nothing changed. This table was taken in or dropped already."))
    return run


def _uncared_words(number: int) -> str:
    said = ngettext(
        "Not taken in. Nobody is on duty for %(number)d of the rows; it is marked above. Change its time in the table, or say "
        "why it may stand there.",
        "Not taken in. Nobody is on duty for %(number)d of the rows; they are marked above. Change their times in the table, or "
        "say why they may stand there.",
        number,
    )
    return said % {"number": number}


def _bear(person: Person, texts: Sequence[tuple[Variant, Sequence[Lack]]], reason: str, now: datetime) -> None:
    """Who lets these texts stand although nobody is on duty, and why, as where one is scheduled by hand."""
    rows = [
        CareOverride(
            variant=one, person=person, reason=reason, slot_at=one.slot_at, created_at=now,
            until=one.slot_at + timedelta(minutes=one.item.care_minutes),
            lacking=[[lack.starts_at.isoformat(), lack.ends_at.isoformat()] for lack in lacks],
        )
        for one, lacks in texts
        if one.slot_at
    ]  # fmt: skip
    CareOverride.objects.bulk_create(rows, batch_size=200)


def _served(run: PostImport, post: Post) -> str:
    """The key of the objective a row names, else of the one said for all others, or nothing."""
    said: str = run.wishes.get("serves_key", "")
    return post.objective.key if post.objective else said


def _write(run: PostImport, person: Person, posts: Iterable[Post], now: datetime) -> list[tuple[Variant, str]]:
    """The texts it made, each with the key of its row."""
    unassigned = (_("Taken over from %(file)s, not assigned yet.") % {"file": run.file_name[:120]})[:200]
    common = {
        "workspace": run.workspace, "created_at": now, "created_by": person, "updated_at": now, "updated_by": person,
        "origin": "import",
    }  # fmt: skip
    items, links = [], []
    variants: list[tuple[Variant, str]] = []
    for post in posts:
        idea = _("Picture: %(address)s") % {"address": post.image} if post.image else ""
        serves = _served(run, post)
        item = Item(
            title=post.title,
            text=post.text,
            idea=idea,
            serves_key=serves,
            no_objective_reason="" if serves else unassigned,
            owner=person,
            **common,
        )
        items.append(item)
        links.append(ImportedPost(post_import=run, item=item, key=post.key))
        variants += [
            (
                Variant(
                    item=item, channel=channel, text=post.text, is_shared=True, link=post.link, slot_at=post.at,
                    slot_wall=post.wall.isoformat(timespec="minutes"), slot_zone=run.workspace.zone, **common,
                ),
                post.key,
            )
            for channel in post.channels
        ]  # fmt: skip
    Item.objects.bulk_create(items, batch_size=200)
    Variant.objects.bulk_create([one for one, _key in variants], batch_size=200)
    ImportedPost.objects.bulk_create(links, batch_size=500)
    return variants
