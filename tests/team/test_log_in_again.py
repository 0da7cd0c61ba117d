"""Whoever was logged out meanwhile comes back to the page they wrote on, and an address for forms is no empty page."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client


def _next(answer) -> str:
    assert answer.status_code == 302
    return parse_qs(urlsplit(answer["Location"]).query)["next"][0]


@pytest.fixture
def stranger() -> Client:
    return Client()


def test_a_form_sent_after_the_log_in_ended_leads_back_to_its_page(stranger, owner) -> None:
    page = f"http://testserver/w/{owner.workspace.slug}/channels/?state=waiting"
    answer = stranger.post(f"/w/{owner.workspace.slug}/channels/forum/pause/", headers={"referer": page})
    assert _next(answer) == f"/w/{owner.workspace.slug}/channels/?state=waiting"


@pytest.mark.parametrize("page", ["", "https://elsewhere.example/w/", "//elsewhere.example/", "nonsense"])
def test_a_page_elsewhere_is_not_followed(stranger, owner, page) -> None:
    address = f"/w/{owner.workspace.slug}/channels/forum/pause/"
    answer = stranger.post(address, headers={"referer": page} if page else {})
    assert _next(answer) == address


def test_a_page_that_is_only_looked_at_is_come_back_to(stranger, owner) -> None:
    address = f"/w/{owner.workspace.slug}/channels/?state=waiting"
    assert _next(stranger.get(address, headers={"referer": "http://testserver/w/other/"})) == address


def test_an_address_that_only_takes_forms_says_so(owner, client_of) -> None:
    answer = client_of(owner).get(f"/w/{owner.workspace.slug}/channels/forum/pause/")
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert "Es wurde nichts geändert" in answer.content.decode()
