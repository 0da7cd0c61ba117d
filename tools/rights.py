"""Writes docs/rights.md from the one table of rights: `python -m tools.rights`."""

from allmende.team.states import INSIDE_ONLY, RIGHTS, ROLES
from tools.environment import ROOT

PAGE = ROOT / "docs" / "rights.md"
HEAD = """# Who may do what

Made by `python -m tools.rights` from the table in `allmende/team/states.py`, the one place where rights are decided. Pages ask it
when they open, actions ask it again when they act. A verb is `room.thing.act`.

"""
OUTSIDE = """
Whoever is taken in from outside, with a last day of access, only reads until they have confirmed their briefing; whoever gets a
last day later is asked for it too, and gets no further duty before. Whatever their role, people from outside never do this:

"""


def page() -> str:
    """The document as it must stand in the repository."""
    lines = [f"| verb | {' | '.join(ROLES)} |", f"|---|{':-:|' * len(ROLES)}"]
    for verb, roles in RIGHTS.items():
        marks = ("x" if role in roles else "" for role in ROLES)
        lines.append(f"| `{verb}` | {' | '.join(marks)} |")
    return (
        HEAD
        + "\n".join(lines)
        + "\n"
        + OUTSIDE
        + "\n".join(f"* `{verb}`" for verb in RIGHTS if verb in INSIDE_ONLY)
        + "\n"
    )


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page())
    print(f"Written: {PAGE.relative_to(ROOT)}.")
