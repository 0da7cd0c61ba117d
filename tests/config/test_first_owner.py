"""The first workspace speaks the language it was opened in."""

import pytest

from allmende.config.entrance import first_owner
from allmende.team.models import Workspace


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_first_workspace_speaks_the_language_it_is_opened_in(db, language) -> None:
    owner = first_owner(language)
    assert (owner.language, Workspace.objects.get().language) == (language, language)
    assert first_owner("de") == owner
