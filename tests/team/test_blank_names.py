"""A name is found in every case its letters can have, on both databases."""

import pytest

from allmende.team.actions.blank_names import GAP, blank_names
from allmende.team.models import Notice


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Émilie Østergård", "Frag ÉMILIE ØSTERGÅRD morgen"),
        ("Jürgen Müller", "mit JÜRGEN MÜLLER gesprochen"),
        ("Анна Петрова", "АННА ПЕТРОВА schrieb uns"),
        ("Åse", "@ÅSE weiß es"),
        ("Lena Voss", "lena voss ist im Urlaub"),
    ],
)
def test_a_name_in_another_case_is_blanked(owner, now, name, written):
    for number, text in enumerate((written, "nichts davon")):
        Notice.objects.create(
            person=owner, kind="team.x", once_key=str(number), values={"title": text}, url=text, created_at=now
        )
    changed = blank_names(rows=Notice.objects.all(), fields=("values", "url"), names=[name])
    assert changed == 1
    one, other = Notice.objects.order_by("once_key")
    assert GAP in one.url and GAP in one.values["title"] and name.casefold() not in one.url.casefold()
    assert other.url == "nichts davon"
