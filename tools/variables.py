"""Writes docs/settings.md from the list of variables: `python -m tools.variables`."""

from collections.abc import Iterator

from allmende.config.environment import VARIABLES, Variable
from tools.environment import ROOT

PAGE = ROOT / "docs" / "settings.md"
HEAD = """# Settings from outside

Made by `python -m tools.variables` from `allmende/config/environment.py`. Everything else is set on the screens. Allmende needs none of
these to start on one machine; a change holds from the next start on. `allmende doctor` says what does not fit together.
"""


def page() -> str:
    """The document as it must stand in the repository."""
    return "\n".join([HEAD, *(line for one in VARIABLES for line in _part(one))])


def _part(variable: Variable) -> Iterator[str]:
    yield f"## {variable.name}\n\n{variable.words}\n"
    if variable.is_secret:
        yield "Secret: keep it out of scripts that others read.\n"
    yield f"Without it: {variable.default}.\n"
    if variable.example:
        yield f"```sh\n{variable.name}={variable.example}\n```\n"


if __name__ == "__main__":
    PAGE.write_text(page())
    print(f"Written: {PAGE.relative_to(ROOT)}.")
