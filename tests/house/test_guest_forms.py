"""What a guest answers can be sent: no page gives a policy under which browsers hide where a form comes from."""

from pathlib import Path

ROOMS = Path(__file__).resolve().parent.parent.parent / "allmende"


def test_no_page_hides_the_origin_of_its_own_forms():
    """`no-referrer` makes the origin of a form "null", which is refused; `same-origin` tells strangers as little."""
    hiding = [str(path.relative_to(ROOMS)) for path in ROOMS.rglob("*.py") if '= "no-referrer"' in path.read_text()]
    assert hiding == []
