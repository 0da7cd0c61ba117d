"""Whatever a connector gives as a reason has a sentence for people; a code alone helps nobody."""

import ast
from pathlib import Path

from allmende.channels import catalogue

CONNECTORS = Path(__file__).resolve().parent.parent.parent / "allmende" / "connectors"
ERRORS = {"TryLater": 1, "Refused": 0, "LoggedOut": 0, "Unclear": 0, "CannotLook": 0}
# Mistakes of ours or of an operator's settings; they are logged and never stand on a person's screen.
INNER = {"not_supported", "bad_setting", "bad_cursor", "cannot_look"}
# A table of posts is read for `editorial`, which has its own words for it (`TABLE_REASONS`); what keeps said words from being
# changed is told by `edit_said`.
ELSEWHERE = {
    "title_stays",
    "half_changed",
    "would_lose",
    "open_quote",
    "too_large_table",
    "too_many_rows",
    "unknown_table",
    "workbook",
}


def codes() -> dict[str, str]:
    """Every reason code written out in a connector, and where."""
    found = {}
    for path in sorted(CONNECTORS.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            name = getattr(getattr(node, "func", None), "id", "")
            if not isinstance(node, ast.Call) or name not in ERRORS:
                continue
            given = [word.value for word in node.keywords if word.arg == "reason_code"]
            given += node.args[ERRORS[name] : ERRORS[name] + 1]
            for one in given:
                if isinstance(one, ast.Constant) and isinstance(one.value, str):
                    found[one.value] = f"{path.relative_to(CONNECTORS)}:{node.lineno}"
    return found


def test_every_reason_has_its_words() -> None:
    told = codes()
    assert len(told) > 10
    worded = {code for name, words in vars(catalogue).items() if name.endswith("REASONS") for code in words}
    assert not {code: where for code, where in told.items() if code not in worded | INNER | ELSEWHERE}
