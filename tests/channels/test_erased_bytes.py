"""After an erasure no word of the member is left in the bytes of SQLite's file."""

import os
import subprocess
import sys

import pytest
from django.db import connection

# Words as they are written, and as the index keeps them. Nothing else begins like them, so that it stores them whole.
PROGRAM = """
import sys
import django; django.setup()
from datetime import datetime, timedelta, timezone
from django.db import connection
from allmende.channels.actions import choose_channel, record_batch
from allmende.channels.actions.write_rows import chunks
from allmende.config.fresh import build
from allmende.connectors.neutral import Author, Batch, Item, Ref
from allmende.inbox.jobs import file_new
from allmende.members.actions import erase, erase_due
from allmende.members.models import Erasure, Identity
from allmende.team.actions import create_workspace
from allmende.team.models import User
assert build(connection)
now = datetime.now(timezone.utc)
user = User.objects.create_user(email="a@example.org", password=None, name="Jana")
person = create_workspace(owner=user, slug="w", name="W", now=now).people.get()
channel = choose_channel(person=person, name="Forum", slug="forum", kind="forum", account=None, now=now)
def say(n):
    words = "Qwyzgeheimnis in der Xylokartoffel" if n % 10 == 3 else f"Wie buche ich Beleg {n}?"
    who = Author("m3", handle="qqbirgitta", name="Yvwbirgitta") if n % 10 == 3 else Author("m1", name="Mirko")
    return Item(ref=Ref(f"q{n}"), kind="message", act="asked", author=who, occurred_at=now - timedelta(minutes=n),
                thread=f"q{n}", title=words, text=words)
for part in chunks([say(n) for n in range(200)], 20):
    record_batch(channel=channel, batch=Batch(part, part[-1].ref.native_id), now=now)
while file_new(now):
    pass
def found(word):
    connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    whole = b"".join(open(f"{sys.argv[1]}{tail}", "rb").read() for tail in ("", "-wal"))
    return word.encode() in whole or word.encode().lower() in whole.lower()
WORDS = ("Qwyzgeheimnis", "wyzgeheim", "Xylokartoffel", "ylokartoff", "qqbirgitta", "Yvwbirgitta", "vwbirgitt")
assert all(found(word) for word in WORDS), [word for word in WORDS if not found(word)]
member = Identity.objects.get(handle="qqbirgitta").member
erase(person=person, member=member, asked_date=now.date(), now=now)
for _ in range(9):
    erase_due(now=now)
print([word for word in WORDS if found(word)], Erasure.objects.get().steps.filter(finished_at=None).values_list("name", flat=True))
"""


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL gives the place of old rows away when it vacuums")
def test_no_erased_word_is_left_in_the_bytes_of_the_file(tmp_path):
    file = tmp_path / "allmende.sqlite3"
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{file}", "ALLMENDE_DATA": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", PROGRAM, str(file)], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.startswith("[] "), done.stdout
