"""Golden pairs, found by name: `<case>.<kind>.json` (as the network writes) beside `<case>.neutral.json`.

Reading cases hold a list of items, writing cases (`say_*`) one draft. Defaults are left out of the neutral side. A kind brings
`read_pair` and `write_pair` in `tests/networks/<kind>/pairs.py`.
"""

import dataclasses
import json
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from allmende.connectors.neutral import Draft, Ref
from allmende.connectors.register import KINDS

HERE = Path(__file__).parent
PAIRS = sorted(path for path in HERE.glob("*.*.json") if not path.name.endswith(".neutral.json"))


def plain(value: Any) -> Any:
    """A neutral value as JSON holds it, without what is at its default."""
    if isinstance(value, datetime):
        return value.isoformat()
    if dataclasses.is_dataclass(value):
        shown = {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
        return {name: part for name, part in shown.items() if part not in ("", b"", None, False, [], {}, "public")}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return dict(value) if hasattr(value, "keys") else value


@pytest.mark.parametrize("path", PAIRS, ids=lambda path: path.stem)
def test_pair(path: Path) -> None:
    case, kind, _ = path.name.split(".")
    native = json.loads(path.read_text("utf-8"))
    neutral = json.loads((HERE / f"{case}.neutral.json").read_text("utf-8"))
    network = import_module(f"tests.networks.{kind}.pairs")
    if case.startswith("say_"):
        reply_to = Ref(neutral.pop("reply_to")) if "reply_to" in neutral else None
        assert network.write_pair(Draft(**neutral, reply_to=reply_to)) == native
    else:
        assert plain(network.read_pair(native)) == neutral


def test_each_kind_has_pairs_and_each_file_its_other_half() -> None:
    assert {path.name.split(".")[1] for path in PAIRS} == set(KINDS)
    cases = {path.name.split(".")[0] for path in PAIRS}
    assert {path.name.split(".")[0] for path in HERE.glob("*.neutral.json")} == cases
