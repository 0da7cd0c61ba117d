"""Parts of pages that are remembered: the same values look the same, and nothing else is ever shown for them."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.http import HttpRequest
from django.template import TemplateSyntaxError, engines
from django.utils import timezone, translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from allmende.team.models import User
from allmende.web.templatetags.pure import KEY_CHARACTERS, MEMORY, Memory, NotPure


@dataclass(frozen=True)
class Plain:
    """A value."""

    name: object


@dataclass
class Changing:
    """No value."""

    name: str


@pytest.fixture(autouse=True)
def forgotten():
    MEMORY.forget()


def draw(source: str, request: HttpRequest | None = None, **context: object) -> str:
    template = engines["django"].from_string("{% load pure house %}" + source)
    return template.render(context, request)


class Counted:
    """A template that is drawn several times, and how much of it was drawn anew."""

    def __init__(self, source: str) -> None:
        self.template = engines["django"].from_string("{% load pure house %}" + source)

    def __call__(self, **context: object) -> tuple[str, int]:
        before = MEMORY._characters
        return self.template.render(context), MEMORY._characters - before


def test_the_same_values_are_drawn_once_and_look_the_same():
    show = Counted("{% pure one=one %}<p>{{ one.name }}</p>{% endpure %}")
    first, drawn = show(one=Plain("Jana & Co"))
    assert (first, drawn) == ("<p>Jana &amp; Co</p>", len(first) + KEY_CHARACTERS)
    assert show(one=Plain("Jana & Co")) == (first, 0)
    assert show(one=Plain("Emre"))[0] == "<p>Emre</p>"


def test_languages_do_not_meet():
    show = Counted("{% pure %}{% trans 'Close' %}{% endpure %}")
    said = {}
    for language in ("de", "en", "de", "en"):
        with translation.override(language):
            said.setdefault(language, set()).add(show()[0])
    assert said == {"de": {"Schließen"}, "en": {"Close"}}


def test_time_zones_do_not_meet():
    show = Counted("{% pure at=at %}{{ at|clock }}{% endpure %}")
    at, said = datetime(2026, 10, 7, 7, 40, tzinfo=UTC), []
    for zone in ("Europe/Berlin", "America/New_York", "Europe/Berlin"):
        with timezone.override(ZoneInfo(zone)):
            said.append(show(at=at)[0])
    assert said == ["9:40", "3:40", "9:40"]


def test_equal_values_of_other_types_do_not_meet():
    show = Counted("{% pure it=it %}{{ it }}{% endpure %}")
    html = mark_safe("<b>x</b>")
    assert show(it=html)[0] == "<b>x</b>"
    assert show(it="<b>x</b>")[0] == "&lt;b&gt;x&lt;/b&gt;"
    assert [show(it=it)[0] for it in (1, True, 1.0)][:2] == ["1", "True"]


def test_parts_with_the_same_values_do_not_meet():
    assert draw("{% pure a=1 %}one{% endpure %}{% pure a=1 %}two{% endpure %}") == "onetwo"


def test_it_knows_only_what_it_was_given():
    request = HttpRequest()
    for inner in (
        "{{ request.path }}",
        "{% csrf_token %}",
        "{{ other }}",
        "{% if user %}x{% endif %}",
        "{{ messages }}",
    ):
        with pytest.raises(NotPure, match="was not given"):
            draw("{% pure one=1 %}" + inner + "{% endpure %}", request, other="secret")


def test_a_part_inside_a_part_is_given_what_it_knows():
    source = "{% pure rows=rows %}{% for row in rows %}{% pure row=row %}<i>{{ row }}</i>{% endpure %}{% endfor %}{% endpure %}"
    show = Counted(source)
    assert show(rows=("a", "b"))[0] == "<i>a</i><i>b</i>"
    said, drawn = show(rows=("a", "b", "c"))
    assert said == "<i>a</i><i>b</i><i>c</i>"
    assert drawn == len(said) + len("<i>c</i>") + 2 * KEY_CHARACTERS


@pytest.mark.parametrize(
    "value",
    [
        ["a"],
        {"a": 1},
        Changing("a"),
        Plain(["a"]),
        Plain(gettext_lazy("Close")),
        Plain(mark_safe("<b>")),
        ("a", gettext_lazy("Close")),
        gettext_lazy("Close"),
        User(pk=1, name="Jana"),
        object(),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_can_change_is_refused(value):
    with pytest.raises(NotPure):
        draw("{% pure one=one %}x{% endpure %}", one=value)


@pytest.mark.parametrize("value", [None, "", 3, date(2026, 10, 7), ("a", ("b", 1)), Plain(Plain(("a", None)))], ids=str)
def test_plain_values_are_taken(value):
    assert draw("{% pure one=one %}x{% endpure %}", one=value) == "x"


def test_values_have_names():
    with pytest.raises(TemplateSyntaxError, match="by name"):
        draw("{% pure one %}x{% endpure %}")


def test_the_memory_is_bounded_and_keeps_what_is_asked_for():
    memory = Memory(most_characters=20 * (KEY_CHARACTERS + 100))
    fragment = mark_safe("x" * 100)
    for number in range(100):
        memory.keep(number, fragment)
        assert memory.get(0) == fragment
        assert len(memory._young) + len(memory._old) <= 22
    assert memory.get(1) is None


def test_threads_share_it():
    show = Counted("{% pure n=n %}<p>{{ n }}</p>{% endpure %}")
    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(lambda turn: show(n=turn % 7)[0], range(400)))
    assert said == [f"<p>{turn % 7}</p>" for turn in range(400)]
