"""The German interface speaks of people in the form of gender its workspace chose; what people write stays as it is."""

import re

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from allmende.domain.inclusive import has_pair
from allmende.team import catalogue
from allmende.team.states import GENDER_FORMS
from allmende.web.templatetags.pure import MEMORY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _german_again():
    yield
    translation.activate("de")


def texts(form: str) -> list[str]:
    catalogue.speak("de", form)
    active = translation.trans_real._active.value
    return [
        said
        for part in active._catalog._catalogs
        for key, said in part.items()
        if isinstance(said, str) and not str(key).startswith("gender form\x04")
    ]


@pytest.mark.parametrize("form", [form for form in GENDER_FORMS if form != "pair"])
def test_s2_26_no_text_of_ours_is_left_in_another_form(form):
    assert any(has_pair(one) for one in texts("pair"))
    assert [one for one in texts(form) if has_pair(one)] == []


@pytest.mark.parametrize(
    ("form", "words"),
    [("pair", "Kolleginnen und Kollegen"), ("colon", "Kolleg:innen"), ("asterisk", "Kolleg*innen"), ("neutral", "Teammitgliedern")],
)  # fmt: skip
def test_s2_26_the_interface_speaks_in_the_form_of_its_workspace(client_of, owner, form, words):
    MEMORY.forget()
    type(owner.workspace).objects.filter(pk=owner.workspace_id).update(gender_form=form)
    page = client_of(owner).get(reverse("inbox:protection", args=["lotsenforum"])).content.decode()
    found = re.search(r"Stimmungen oder Gefühle aus Texten von [^.<]+", page).group()
    assert found.endswith(words)


def test_s2_26_the_form_is_chosen_in_the_settings_and_examples_stay(client_of, owner):
    type(owner.workspace).objects.filter(pk=owner.workspace_id).update(gender_form="colon")
    page = client_of(owner).get(reverse("team:settings", args=["lotsenforum"])).content.decode()
    assert "Beide Formen: Kundinnen und Kunden" in page and 'value="colon" selected' in page


def test_s2_26_what_people_write_and_english_are_left_alone(client_of, owner):
    type(owner.workspace).objects.filter(pk=owner.workspace_id).update(
        gender_form="colon", name="Kolleginnen und Kollegen"
    )
    assert (
        "Kolleginnen und Kollegen" in client_of(owner).get(reverse("web:today", args=["lotsenforum"])).content.decode()
    )
    catalogue.speak("en", "colon")
    assert translation.get_language() == "en" and gettext("Saved.") == "Saved."


def test_what_is_spoken_for_a_while_has_its_form_and_leaves_the_one_before():
    catalogue.speak("de", "colon")
    with catalogue.speaking("de", "asterisk"):
        assert catalogue.spoken() == ("de", "asterisk")
        with catalogue.speaking("en", "asterisk"):
            assert catalogue.spoken() == ("en", "pair")
        assert catalogue.spoken() == ("de", "asterisk")
    assert catalogue.spoken() == ("de", "colon")
    with pytest.raises(ZeroDivisionError), catalogue.speaking("en"):
        _ = 1 / 0
    assert catalogue.spoken() == ("de", "colon")
