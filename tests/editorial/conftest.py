"""Items on a live forum."""

from collections.abc import Callable
from datetime import datetime

import pytest

from allmende.channels.models import Channel
from allmende.editorial.actions import ItemText, save_item
from allmende.editorial.models import Variant
from allmende.team.models import Person


@pytest.fixture
def write(owner: Person, forum: Channel, now: datetime) -> Callable[..., Variant]:
    """`write("text")` saves an item that says why it serves no objective, and returns its variant."""

    def make(text: str = "Welcher Schritt fehlt Ihnen?", title: str = "Checkliste") -> Variant:
        written = ItemText(title=title, no_objective_reason="Probe", texts={forum.pk: text})
        return save_item(person=owner, item=None, written=written, now=now).variants.get()

    return make
