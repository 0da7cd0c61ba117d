"""What a network brings to the contract suite, found by name: `tests/networks/<kind>/stage.py` with `stage` and its `MODES`."""

from collections.abc import Callable
from dataclasses import dataclass

from allmende.connectors.contract import Connector


@dataclass
class Stage:
    """A connector with something to read, and the means to make its network say no."""

    connector: Connector
    stranger: Connector | None
    fill: Callable[[int], None]
