"""Reading a site: its posts as they change, the comments as they come, and again whatever may change without a trace."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from allmende.connectors.errors import Refused
from allmende.connectors.neutral import Batch, Item, RefusedRow
from allmende.connectors.wordpress import read
from allmende.connectors.wordpress.door import Door, unless_gone
from allmende.connectors.wordpress.position import Row, Shelf, position_of
from allmende.connectors.wordpress.seek import pages_of

PAGE = 100
# Rows are ordered by a time that is written before they can be read.
OVERLAP = timedelta(minutes=2)
# Comments that were held back and posts that were planned appear late among older ones, and clocks are put back.
SWEEP, SWEPT = timedelta(hours=1), timedelta(days=14)
PROOFS = 5
RAW_LENGTH = 500
EMBEDDED = "author,wp:featuredmedia"
# What a site says of its posts and comments, by list: which time orders them, and how one asks for it.
_TIME = {"posts": "modified", "comments": "date"}
_AFTER = {"posts": "modified_after", "comments": "after"}
POSTS_ASKED = "publish,future,private,pending,draft,trash"
UNREADABLE = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)

Native = Mapping[str, Any]


class Ear:
    """One reading, from a cursor on. Every method that asks may raise TryLater, LoggedOut, Refused."""

    def __init__(
        self,
        door: Door,
        us: read.Us,
        cursor: str,
        since: datetime | None,
        now: datetime,
        may: Collection[str],
        pace: float,
    ) -> None:
        self._door = door
        self._us = us
        self._since = since
        self._now = now
        self._seconds = int(now.timestamp())
        self._may = may
        self._pace = pace
        self._position = position_of(cursor)
        self._refused: list[RefusedRow] = []

    def batches(self) -> Iterator[Batch]:
        """Posts first, so that comments find theirs; then what may have changed."""
        is_first, position = not self._position.swept, self._position
        yield from self._list("posts", position.posts, self._post_told)
        yield from self._list("comments", position.comments, self._comments_told)
        if is_first or self._seconds - position.swept >= SWEEP.total_seconds():
            yield from self._sweep(is_first=is_first)
        yield from self._visit("posts", position.posts)
        yield from self._visit("comments", position.comments)

    def _list(
        self, name: str, shelf: Shelf, taken: Callable[[list[Native]], list[Item]], *, back: timedelta = OVERLAP
    ) -> Iterator[Batch]:
        """Page by page, oldest first. Each page begins a second before the last one's end, so nothing can move away
        between two of them; only where a whole page bears the same second its next pages are turned."""
        after, page = self._earlier(shelf.mark, back), 1
        while True:
            rows, pages, raw_mark = self._page(name, after, page)
            fresh = [row for row in rows if self._is_fresh(shelf, row)]
            items = taken(fresh) if fresh else []
            met = [(str(row["id"]), read.fingerprint(row), str(row[_TIME[name]])) for row in rows]
            # A post that is planned bears the time it is planned for: what is changed before then must not be overlooked.
            shelf.pass_by(met, min(raw_mark, self._present(name, rows)), lambda mark: self._earlier(mark, OVERLAP))
            if fresh or self._refused:
                yield self._batch(items)
            if page >= pages:
                return
            onward = self._earlier(raw_mark, timedelta(seconds=1)) if raw_mark else ""
            if onward and onward != after and onward > after.removesuffix("Z"):
                after, page = onward, 1
            else:
                page += 1

    def _page(self, name: str, after: str, page: int) -> tuple[list[Native], int, str]:
        """The rows of one page, how many pages there are, and the time of its last row as the site writes it."""
        asked = {"order": "asc", "orderby": _TIME[name], "per_page": str(PAGE), "page": str(page)}
        answer = self._door.read(name, self._asked(name) | asked | ({_AFTER[name]: after} if after else {}))
        with answer.understood():
            rows = self._whole(name, [dict(row) for row in answer.json()])
            return rows, pages_of(answer), max((str(row[_TIME[name]]) for row in rows), default="")

    def _asked(self, name: str, *, is_visit: bool = False) -> dict[str, str]:
        """The part of a question that says what we want to be told: as much as this user may know."""
        if name == "posts":
            context = {"context": "edit"} if "edit_others_posts" in self._may else {}
            return {"status": POSTS_ASKED, "_embed": EMBEDDED} | context
        context = {"context": "edit"} if "moderate_comments" in self._may else {}
        return {"status": "any" if is_visit else "all"} | context

    def _earlier(self, mark: str, back: timedelta) -> str:
        """A time before `mark`, in the site's zone; where we begin, if there is no mark yet."""
        if mark:
            return (datetime.fromisoformat(mark).replace(tzinfo=None) - back).isoformat(timespec="seconds")
        return self._since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if self._since else ""

    def _present(self, name: str, rows: list[Native]) -> str:
        """Now, in the zone in which the site writes these rows' times."""
        if not rows:
            return ""
        local, gmt = (datetime.fromisoformat(str(rows[-1][f"{_TIME[name]}{suffix}"])) for suffix in ("", "_gmt"))
        there = self._now.astimezone(UTC).replace(tzinfo=None) + (local.replace(tzinfo=None) - gmt.replace(tzinfo=None))
        return there.isoformat(timespec="seconds")

    def _is_fresh(self, shelf: Shelf, row: Native) -> bool:
        return not shelf.knows(str(row["id"]), read.fingerprint(row))

    def _post_told(self, rows: list[Native]) -> list[Item]:
        return [item for row in rows for item in self._readable(row, self._post)]

    def _post(self, post: Native) -> list[Item]:
        """A post that is shown, or was shown and is no more. One that is only planned is kept in mind."""
        number, state = read.number_of(post), read.state_of(post)
        native_id, shelf = f"{read.POST}-{number}", self._position.posts
        known = shelf.rows.get(str(number))
        items: list[Item] = []
        if state in read.SHOWN:
            items = [read.post_item(post, self._us)]
        elif state == "trash" or (state in read.HIDDEN and known and known.seen[:1] == "s"):
            items = [
                read.deletion(native_id, native_id, read.moment(post["modified_gmt"]), read.author_of(post, self._us))
            ]
        if state in read.SHOWN | read.PLANNED:
            self._keep(shelf, post, number, self._seconds if state in read.PLANNED else _seconds(post["modified_gmt"]))
        else:
            shelf.rows.pop(str(number), None)
        return items

    def _comments_told(self, rows: list[Native]) -> list[Item]:
        """Comments, each new thread with its post and what was said there before."""
        unknown = {int(row["post"]) for row in rows if isinstance(row.get("post"), int)}
        unknown -= {int(number) for number in self._position.posts.rows} | set(self._position.brought)
        before = self._brought(sorted(unknown)) if unknown else []
        return before + [item for row in rows for item in self._readable(row, self._comment)]

    def _comment(self, comment: Native) -> list[Item]:
        """A comment, or that one we know is gone: into the trash, or among the spam."""
        number, state, shelf = read.number_of(comment), read.state_of(comment), self._position.comments
        known = shelf.rows.get(str(number))
        native_id, thread = f"{read.COMMENT}-{number}", int(comment["post"])
        if state in read.REMOVED:
            shelf.rows.pop(str(number), None)
            return [read.deletion(native_id, f"{read.POST}-{thread}", self._now, read.author_of(comment, self._us))]
        is_edit = known is not None and known.worded != read.words_mark(comment)
        item = read.comment_item(comment, self._us, self._now if is_edit else None)
        self._keep(shelf, comment, thread, _seconds(comment["date_gmt"]))
        return [item]

    def _brought(self, posts: list[int]) -> list[Item]:
        """Posts from before our time that are spoken about again, and the comments they had by then."""
        self._position.brought += posts
        items: list[Item] = []
        for first in range(0, len(posts), PAGE):
            some = ",".join(map(str, posts[first : first + PAGE]))
            asked = {
                "include": some,
                "per_page": str(PAGE),
                "status": "publish,private",
                "orderby": "id",
                "order": "asc",
            }
            rows = self._rows("posts", self._asked("posts") | asked)
            items += [item for row in rows for item in self._readable(row, lambda row: [read.post_item(row, self._us)])]
            if self._since:
                before = {"post": some, "per_page": str(PAGE), "before": self._earlier("", timedelta())}
                rows = self._rows("comments", self._asked("comments") | before | {"orderby": "date", "order": "desc"})
                items += [item for row in reversed(rows) for item in self._readable(row, self._comment)]
        return items

    def _sweep(self, *, is_first: bool) -> Iterator[Batch]:
        """The last weeks once more; the first time also what lies in the trash, for we may have heard of it elsewhere."""
        position = self._position
        if is_first:
            asked = self._asked("comments") | {
                "status": "trash",
                "per_page": str(PAGE),
                "orderby": "date",
                "order": "desc",
            }
            rows = self._rows("comments", asked | self._horizon())
            items = [item for row in reversed(rows) for item in self._readable(row, self._comment)]
        else:
            items = []
            yield from self._list("posts", position.posts, self._post_told, back=SWEPT)
            yield from self._list("comments", position.comments, self._comments_told, back=SWEPT)
        position.swept = self._seconds
        yield self._batch(items)

    def _horizon(self) -> dict[str, str]:
        return {"after": self._earlier("", timedelta())} if self._since else {}

    def _visit(self, name: str, shelf: Shelf) -> Iterator[Batch]:
        """Ask again for those whose turn it is. What is missing in the answer is gone only if the site says so."""
        due = shelf.due(self._seconds, PAGE)
        if not due:
            return
        asked = {"include": ",".join(due), "per_page": str(PAGE), "orderby": "id", "order": "asc"}
        rows = {str(row["id"]): row for row in self._rows(name, self._asked(name, is_visit=True) | asked)}
        changed = [row for row in rows.values() if self._is_fresh(shelf, row)]
        taken = self._post if name == "posts" else self._comment
        items = [item for row in changed for item in self._readable(row, taken)]
        for number in [number for number in due if number not in rows][:PROOFS]:
            items += self._missing(name, shelf, number)
        for number in due:
            if number in shelf.rows:
                shelf.plan(number, self._seconds, self._pace)
        yield self._batch(items)

    def _missing(self, name: str, shelf: Shelf, number: str) -> list[Item]:
        """What is gone for good, or was shown and now is for others only."""
        try:
            if unless_gone(lambda: self._door.read(f"{name}/{number}")) is not None:
                return []
        except Refused as refused:
            if refused.reason_code != "forbidden":
                raise
        row = shelf.rows.pop(number)
        kind = read.POST if name == "posts" else read.COMMENT
        if row.seen[:1] != "s":
            return []
        return [read.deletion(f"{kind}-{number}", f"{read.POST}-{row.thread}", self._now)]

    def _rows(self, name: str, asked: Mapping[str, str]) -> list[Native]:
        answer = self._door.read(name, asked)
        with answer.understood():
            return self._whole(name, [dict(row) for row in answer.json()])

    def _whole(self, name: str, rows: Sequence[Native]) -> list[Native]:
        """The rows that bear a number and their times: nothing can be done with the others."""
        found = []
        for row in rows:
            try:
                _ = read.number_of(row), read.moment(row[_TIME[name]]), read.moment(row[f"{_TIME[name]}_gmt"])
            except UNREADABLE as error:
                self._refuse(row, error)
                continue
            found.append(row)
        return found

    def _readable(self, row: Native, taken: Callable[[Native], list[Item]]) -> list[Item]:
        """What the row holds. One that nobody can read must not keep all that came after it from being heard."""
        try:
            return taken(row)
        except UNREADABLE as error:
            self._refuse(row, error)
            return []

    def _refuse(self, row: Native, error: Exception) -> None:
        self._refused.append(RefusedRow(0, "bad_value", {"field": type(error).__name__}, repr(row)[:RAW_LENGTH]))

    def _keep(self, shelf: Shelf, row: Native, thread: int, born: int) -> None:
        """Look at it again from now on, unless it is old."""
        number = str(row["id"])
        shelf.rows[number] = Row(read.fingerprint(row), read.words_mark(row), thread, min(born, self._seconds), 0)
        shelf.plan(number, self._seconds, self._pace)

    def _batch(self, items: list[Item]) -> Batch:
        refused, self._refused = tuple(self._refused), []
        return Batch(items, self._position.written(), refused)


def _seconds(written: str) -> int:
    return int(read.moment(written).timestamp())
