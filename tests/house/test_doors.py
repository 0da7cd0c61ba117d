"""Every address has a policy; under `/w/<slug>/` nobody gets the log-in page and a stranger gets 404, whatever the method (D14)."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, path

from allmende.team import states

_PARAMETER = re.compile(r"<(?:(?P<kind>[a-z_]+):)?(?P<name>\w+)>")
METHODS = ("get", "post")
SAMPLES = {"int": "1", "uuid": "0b4d1c3e-6f1a-4f6e-9d59-3f6d6c1f2a77", "slug": "sample", "str": "sample", "path": "a/b"}


@dataclass(frozen=True)
class Address:
    """One route: its pattern from the root, and the view behind it."""

    pattern: str
    view: Callable[..., object]

    @property
    def is_ours(self) -> bool:
        return self.view.__module__.startswith("allmende.")

    @property
    def policy(self) -> str:
        return getattr(self.view, "policy", "")

    def filled(self, slug: str) -> str:
        """A path of this pattern in the workspace `slug`."""

        def sample(found: re.Match[str]) -> str:
            return slug if found["name"] == "slug" else SAMPLES[found["kind"] or "str"]

        return "/" + _PARAMETER.sub(sample, self.pattern)


def addresses(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[Address]:
    """All routes below `patterns`."""
    for entry in patterns:
        here = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from addresses(entry.url_patterns, here)
        else:
            yield Address(here, entry.callback)


def without_policy(found: list[Address]) -> list[str]:
    """Our routes that neither name a right nor say why they are open; and workspace routes that are open."""

    def is_fine(address: Address) -> bool:
        names_right = address.policy in states.RIGHTS
        if address.pattern.startswith("w/<slug:slug>/"):
            return names_right
        return names_right or not address.is_ours or address.policy.startswith(("open: ", "user: "))

    return [address.pattern for address in found if not is_fine(address)]


ALL = list(addresses(get_resolver().url_patterns))
IN_WORKSPACE = [address for address in ALL if address.pattern.startswith("w/<slug:slug>/")]


def test_a_route_without_policy_is_found() -> None:
    def view(request: object) -> None: ...

    view.__module__ = "allmende.plan.views"
    assert without_policy(list(addresses([path("w/<slug:slug>/x/", view)])))  # type: ignore[arg-type]
    view.policy = "open: anybody"  # type: ignore[attr-defined]
    assert without_policy(list(addresses([path("w/<slug:slug>/x/", view)])))  # type: ignore[arg-type]
    view.policy = "plan.version.read"  # type: ignore[attr-defined]
    assert not without_policy(list(addresses([path("w/<slug:slug>/x/", view)])))  # type: ignore[arg-type]


def test_every_route_declares_its_policy() -> None:
    assert IN_WORKSPACE
    assert not without_policy(ALL)


# A method that a view does not know is refused before anybody asks who is there: 405, for every workspace alike.
def _asked(client: Client, address: Address, slug: str) -> list[HttpResponse]:
    answers = [getattr(client, method)(address.filled(slug)) for method in METHODS]
    known = [answer for answer in answers if answer.status_code != 405]
    assert known, f"{address.pattern} knows no method"
    return known


@pytest.mark.django_db
def test_nobody_is_sent_to_the_log_in_page(workspace) -> None:
    def is_sent(answer: HttpResponse) -> bool:
        return answer.status_code == 302 and answer["Location"].startswith("/account/login/?")

    assert not [
        address.pattern for address in IN_WORKSPACE if not all(map(is_sent, _asked(Client(), address, workspace.slug)))
    ]


@pytest.mark.django_db
def test_doors_for_whoever_is_logged_in_send_others_to_the_log_in_page() -> None:
    doors = [address for address in ALL if address.policy.startswith("user: ")]
    assert doors
    for address in doors:
        assert all(answer["Location"].startswith("/account/login/?") for answer in _asked(Client(), address, ""))


@pytest.mark.django_db
def test_a_stranger_gets_404_and_no_hint(workspace, new_person, client_of) -> None:
    stranger = client_of(new_person("owner", slug="other"))

    def learns_something(address: Address) -> bool:
        existing, absent = _asked(stranger, address, workspace.slug), _asked(stranger, address, "no-such-place")
        pages = {_bare(answer.content, workspace.slug, "no-such-place") for answer in existing + absent}
        return {answer.status_code for answer in existing + absent} != {404} or len(pages) != 1

    assert not [address.pattern for address in IN_WORKSPACE if learns_something(address)]


@pytest.mark.django_db
def test_a_person_who_left_gets_404(workspace, new_person, client_of, now) -> None:
    person = new_person("manager")
    client = client_of(person)
    person.left_at = now
    person.save(update_fields=["left_at"])
    statuses = {answer.status_code for address in IN_WORKSPACE for answer in _asked(client, address, workspace.slug)}
    assert statuses == {404}


def _bare(page: bytes, *slugs: str) -> bytes:
    """A page without what differs from answer to answer: the address asked for and one-time marks."""
    for slug in slugs:
        page = page.replace(slug.encode(), b"")
    return re.sub(rb'(nonce|value|content)="[^"]*"|[A-Za-z0-9]{64}', b"", page)
