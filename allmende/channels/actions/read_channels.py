"""Read the channels back in that a plan names."""

from collections.abc import Iterable

from allmende.channels.models import Channel
from allmende.channels.queries import NAMED_CHANNELS
from allmende.team.actions import RecordReader
from allmende.team.queries import Row


def read_named_channels(reader: RecordReader, rows: Iterable[Row]) -> None:
    """Channels that are here are known by their short name; the others come back as considered, without a log-in (S0-24)."""
    here = {one.slug: one for one in Channel.objects.filter(workspace=reader.workspace)}
    for number, row in enumerate(rows, start=1):
        where, known = f"channel:{number}", here.get(str(row["slug"]))
        if known:
            reader.made[where] = known
        else:
            reader.read(NAMED_CHANNELS, [row], first=number)
