"""docs/settings.md is made from the list of variables, and the list is the whole truth."""

import re

from allmende.config.environment import VARIABLES
from tools.environment import ROOT
from tools.variables import PAGE, page

NAME = re.compile(r"""["'](ALLMENDE_[A-Z_]+|DATABASE_URL)["']""")


def read_by_the_code() -> set[str]:
    """Every variable that some file of the product reads, by its name in quotation marks."""
    files = [file for file in (ROOT / "allmende").rglob("*.py") if file.name != "environment.py"]
    return {name for file in files for name in NAME.findall(file.read_text())}


def test_the_document_is_made_from_the_list():
    assert PAGE.read_text() == page(), "run `python -m tools.variables`"


def test_every_variable_that_is_read_is_told_and_no_other():
    assert read_by_the_code() == {one.name for one in VARIABLES}


def test_names_are_told_once():
    assert len({one.name for one in VARIABLES}) == len(VARIABLES)
