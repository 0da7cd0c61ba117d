"""Every line of the audit book reads as a sentence: no verb is left without words."""

import ast
import re
from importlib import import_module
from importlib.util import find_spec

import pytest

from allmende.team.audit import words_of
from allmende.team.states import RIGHTS
from tools.environment import ROOT

VERB = re.compile(r"[a-z]+\.[a-z_]+\.[a-z_]+")
ROOMS = sorted(path.parent.name for path in (ROOT / "allmende").glob("*/models.py"))


def _verbs(room: str) -> set[str]:
    """Verbs the room's actions write out, and those its `audit` module names; rights look alike but are no lines."""
    files = [*(ROOT / "allmende" / room).glob("actions/*.py"), *(ROOT / "allmende" / room).glob("actions.py")]
    nodes = (node for file in files for node in ast.walk(ast.parse(file.read_text())))
    said = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    if find_spec(f"allmende.{room}.audit"):
        said |= {value for value in vars(import_module(f"allmende.{room}.audit")).values() if isinstance(value, str)}
    return {verb for verb in said if VERB.fullmatch(verb) and verb.startswith(f"{room}.") and verb not in RIGHTS}


@pytest.mark.parametrize("room", ROOMS)
def test_every_verb_a_room_writes_has_words(room: str) -> None:
    wordless = {verb for verb in _verbs(room) if words_of(verb) == verb}
    assert not wordless
