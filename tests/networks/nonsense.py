"""Answers that keep to no document, and whether a connector ends them in its own words all the same."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from allmende.connectors.contract import Connector
from allmende.connectors.errors import ConnectorError
from allmende.connectors.neutral import Draft, Ref


def odd_values(names: list[str], *likely: Any) -> st.SearchStrategy[Any]:
    """JSON of any shape, with these names of fields and these values among others."""
    leaves = st.none() | st.booleans() | st.integers() | st.text(max_size=20)
    return st.recursive(
        leaves | st.sampled_from(likely),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(names), inner, max_size=4),
        max_leaves=8,
    )


def endures(connector: Connector, native_id: str, title: str = "T") -> None:
    """Each verb gives what it promises or raises a word of the grammar."""
    ref, now = Ref(native_id), datetime.now(UTC)
    verbs: list[Callable[[], Any]] = [
        lambda: [batch.items for batch in connector.collect("")],
        connector.whoami,
        lambda: connector.send(Draft("x", title=title), "k"),
        lambda: connector.send(Draft("x", reply_to=ref, thread=native_id), "k"),
        lambda: connector.find("k", Draft("x", title=title), now),
        lambda: connector.find("k", Draft("x", reply_to=ref), now),
        lambda: connector.measure([ref]),
        lambda: connector.withdraw(ref),
        *(lambda measure=measure: connector.moderate(ref, measure) for measure in connector.abilities.moderation),
    ]
    for verb in verbs:
        try:
            verb()
        except ConnectorError:
            continue
