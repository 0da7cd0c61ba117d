"""Import of every format against an `executemany` of all the rows it leaves, as in `import_messages`.

The same past, written as each house exports it; every message of it must arrive.
"""

import csv
import html
import io
import json
import tarfile
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

from benches.import_messages import once, prepare, write_rows
from tools.benches import Figure, ceiling, figure

GOAL_RATIO = 5.0
GOAL_MB = 400
Row = dict[str, Any]


def run(long: bool) -> Iterator[Figure]:
    """For each format: seconds of the import against the baseline, and its peak memory. `long`: 100,000 messages, else 10,000."""
    number, runs = (100_000, 3) if long else (10_000, 3)
    with tempfile.TemporaryDirectory(prefix="allmende-bench-") as name:
        folder = Path(name)
        write_rows(folder / "past.jsonl", number)
        rows = [json.loads(line) for line in (folder / "past.jsonl").read_text(encoding="utf-8").splitlines()]
        prepare(folder)
        for form, (file, write) in WRITERS.items():
            write(folder / file, rows)
            found = [once(folder, folder / file) for _ in range(runs)]
            if any(one["new"] != number for one in found):
                raise SystemExit(f"{form}: not every message arrived: {found}")
            ours, baseline = (median(one[side] for one in found) for side in ("ours", "baseline"))
            yield figure("import_formats", f"{form}_{number}_messages", ours, baseline, GOAL_RATIO, "s", runs)
            peak = max(one["peak_mb"] for one in found)
            yield ceiling("import_formats", f"{form}_{number}_memory", peak, GOAL_MB, "MB", runs)


def write_slack(path: Path, rows: list[Row]) -> None:
    """A zip with a file for each day."""
    days: dict[str, list[Row]] = defaultdict(list)
    roots = {row["message_id"]: _ts(row["message_id"], row["created_at"]) for row in rows}
    for row in rows:
        entry = {
            "type": "message",
            "user": row["author"],
            "text": row["text"],
            "ts": _ts(row["message_id"], row["created_at"]),
        }
        days[row["created_at"][:10]].append(entry | {"thread_ts": roots[row["thread_id"]]})
    users = [{"id": name, "name": name, "profile": {}} for name in {row["author"] for row in rows}]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("users.json", json.dumps(users))
        out.writestr("channels.json", json.dumps([{"id": "C1", "name": "kaffee"}]))
        for day, entries in days.items():
            out.writestr(f"kaffee/{day}.json", json.dumps(entries))


def write_zulip(path: Path, rows: list[Row]) -> None:
    """A tar.gz with a thousand messages a file."""
    people = {name: n for n, name in enumerate(dict.fromkeys(row["author"] for row in rows), 10)}
    realm = {
        "zerver_userprofile": [
            {"id": n, "full_name": name, "email": f"{name}@example.org"} for name, n in people.items()
        ],
        "zerver_stream": [{"id": 5, "name": "kaffee"}],
        "zerver_recipient": [{"id": 50, "type": 2, "type_id": 5}],
    }
    messages = [
        {"id": n, "sender": people[row["author"]], "recipient": 50, "subject": row["thread_id"], "content": row["text"], "date_sent": _seconds(row)}
        for n, row in enumerate(rows, 1)
    ]  # fmt: skip
    with tarfile.open(path, "w:gz") as out:
        _add(out, "realm.json", realm)
        for at in range(0, len(messages), 1000):
            _add(
                out,
                f"messages-{at // 1000 + 1:06d}.json",
                {"zerver_message": messages[at : at + 1000], "zerver_usermessage": []},
            )


def write_stackexchange(path: Path, rows: list[Row]) -> None:
    """Posts.xml, one row a line."""
    with path.open("w", encoding="utf-8") as out:
        out.write('<?xml version="1.0" encoding="utf-8"?>\n<posts>\n')
        for row in rows:
            is_root = row["message_id"] == row["thread_id"]
            body = html.escape(f"<p>{row['text']}</p>")
            kind = (
                f'PostTypeId="1" Title="{html.escape(row["thread_title"])}"'
                if is_root
                else f'PostTypeId="2" ParentId="{row["thread_id"]}"'
            )
            out.write(
                f'  <row Id="{row["message_id"]}" {kind} CreationDate="{row["created_at"][:19]}" Body="{body}" OwnerUserId="{row["author"]}" />\n'
            )
        out.write("</posts>\n")


def write_discourse(path: Path, rows: list[Row]) -> None:
    """A zip with a file for each topic."""
    topics: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        topics[row["thread_id"]].append(row)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for topic, (thread, posts) in enumerate(topics.items(), 1):
            told = [
                {"id": row["message_id"], "username": row["author"], "topic_id": topic, "post_number": n, "post_type": 1,
                 "cooked": f"<p>{row['text']}</p>", "created_at": row["created_at"]}
                for n, row in enumerate(posts, 1)
            ]  # fmt: skip
            out.writestr(
                f"t/{thread}.json", json.dumps({"id": topic, "title": "Thema", "post_stream": {"posts": told}})
            )


def write_table(path: Path, rows: list[Row]) -> None:
    """CSV with semicolons and German dates, in Windows-1252."""
    with path.open("w", encoding="cp1252", newline="") as out:
        table = csv.writer(out, delimiter=";")
        table.writerow(["Nr", "ThreadID", "Verfasser", "Datum", "Nachricht"])
        for row in rows:
            at = datetime.fromisoformat(row["created_at"]).strftime("%d.%m.%Y %H:%M:%S")
            table.writerow([row["message_id"], row["thread_id"], row["author"], at, row["text"]])


WRITERS: dict[str, tuple[str, Callable[[Path, list[Row]], None]]] = {
    "slack": ("slack.zip", write_slack),
    "zulip": ("zulip.tar.gz", write_zulip),
    "stackexchange": ("Posts.xml", write_stackexchange),
    "discourse": ("discourse.zip", write_discourse),
    "csv": ("past.csv", write_table),
}


def _ts(message: str, created_at: str) -> str:
    return f"{int(datetime.fromisoformat(created_at).timestamp())}.{int(message[1:]) % 1_000_000:06d}"


def _seconds(row: Row) -> float:
    return datetime.fromisoformat(row["created_at"]).timestamp()


def _add(out: tarfile.TarFile, name: str, value: object) -> None:
    content = json.dumps(value).encode()
    member = tarfile.TarInfo(f"export/{name}")
    member.size = len(content)
    out.addfile(member, io.BytesIO(content))
