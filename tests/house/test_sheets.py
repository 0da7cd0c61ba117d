"""A room's sheet comes after the shared ones, so what it says of a shared part's class by itself changes every menu of its pages."""

import re
from pathlib import Path

ROOMS = Path(__file__).resolve().parent.parent.parent / "allmende"
SHARED = "allmende/web/static/web/css"


def selectors(text: str) -> set[str]:
    """What stands before each brace, one by one."""
    heads = re.findall(r"([^{}]+)\{", re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL))
    return {one.strip() for head in heads for one in head.split(",")}


def test_no_room_restyles_the_lines_of_every_menu() -> None:
    shared = "\n".join(one.read_text() for one in (ROOMS.parent / SHARED).glob("*.css"))
    lines = {f".{name}" for name in re.findall(r"\.menu \.([\w-]+)", shared)}
    assert ".pick" in lines
    sheets = [one for one in ROOMS.glob("*/static/*/*.css") if SHARED not in str(one)]
    assert sheets
    found = {f"{one.relative_to(ROOMS)}: {name}" for one in sheets for name in lines & selectors(one.read_text())}
    assert not found
