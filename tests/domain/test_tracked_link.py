"""Where a tracked link may lead, what it tells the target, who is no person."""

import pytest

from allmende.domain.tracked_link import (
    arrival_url,
    fault_of_target,
    is_machine,
    is_public,
    trackable_addresses,
    with_address,
)

TOLD = {"utm_source": "forum", "utm_campaign": "Tag der Lotsen", "utm_content": ""}


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("https://example.org", "https://example.org?utm_source=forum&utm_campaign=Tag%20der%20Lotsen"),
        ("https://example.org/a?x=1&x=2#b", "https://example.org/a?x=1&x=2&utm_source=forum&utm_campaign=Tag%20der%20Lotsen#b"),
        ("https://e.org/?utm_source=old&y", "https://e.org/?y&utm_source=forum&utm_campaign=Tag%20der%20Lotsen"),
        ("https://e.org/ä?q=%C3%A4", "https://e.org/ä?q=%C3%A4&utm_source=forum&utm_campaign=Tag%20der%20Lotsen"),
    ],
)  # fmt: skip
def test_s3_22_parameters_are_set_and_all_else_stays_as_written(target, expected) -> None:
    assert arrival_url(target, TOLD) == expected


def test_without_parameters_the_target_is_as_it_was() -> None:
    assert arrival_url("https://e.org/?", {}) == "https://e.org/?"


@pytest.mark.parametrize(
    ("target", "fault"),
    [
        ("https://example.org:8443/a", ""), ("https://xn--bcher-kva.example/", ""), ("https://bücher.example/", ""),
        ("HTTPS://example.org", "not_https"), ("http://example.org", "not_https"), ("data:text/html,x", "not_https"),
        ("https://example.org@evil.example", "has_login"), ("https://[::1]/", "no_host"), ("https://intranet/", "no_host"),
        ("https:///example.org", "no_host"), ("https://.org", "no_host"), ("https://a.b:99999999/", "no_host"),
        ("https://a.de/\tb", "unreadable"), ("https://a.de\\@b.de", "unreadable"),
    ],
)  # fmt: skip
def test_a_link_may_lead_only_to_the_open_encrypted_web(target, fault) -> None:
    assert fault_of_target(target) == fault


def test_a_browser_is_a_person_and_a_look_ahead_is_none() -> None:
    phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1"
    assert not is_machine({"User-Agent": phone})
    assert is_machine({"User-Agent": phone, "Sec-Purpose": "prefetch"})
    assert is_machine({"User-Agent": phone, "X-Purpose": "preview"})
    assert is_machine({})


ORIGIN = "https://allmende.example"


def test_s3_22_the_addresses_of_a_text_are_found_once_and_ours_not() -> None:
    text = (
        "Siehe https://e.org/a, https://e.org/a/b. (https://de.wiki.org/Deich_(Bau)) http://e.org/ https://x@e.org/ "
        "https://ALLMENDE.example/l/2mpmjz8 https://allmende.example/p/wir/ https://e.org/a"
    )
    found = (
        "https://e.org/a",
        "https://e.org/a/b",
        "https://de.wiki.org/Deich_(Bau)",
        "https://allmende.example/p/wir/",
    )
    assert trackable_addresses(text, ORIGIN) == found


def test_s3_22_another_address_stands_wherever_the_old_one_stood_and_back() -> None:
    text = "https://e.org/a? https://e.org/a/b (https://e.org/a) https://e.org/a"
    other = with_address(text, "https://e.org/a", f"{ORIGIN}/l/x")
    assert other == f"{ORIGIN}/l/x? https://e.org/a/b ({ORIGIN}/l/x) {ORIGIN}/l/x"
    assert with_address(other, f"{ORIGIN}/l/x", "https://e.org/a") == text
    bracket = "(https://e.org/Deich_(Bau)), mehr"
    other = with_address(bracket, "https://e.org/Deich_(Bau)", f"{ORIGIN}/l/x")
    assert (other, with_address(other, f"{ORIGIN}/l/x", "https://e.org/Deich_(Bau)")) == (
        f"({ORIGIN}/l/x), mehr",
        bracket,
    )


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ("https://allmende.example", True), ("https://allmende.example:8443", True), ("https://8.8.8.8", True),
        ("http://allmende.example", False), ("https://localhost", False), ("https://192.168.1.4", False),
        ("https://hub.local", False), ("https://a.home.arpa", False), ("", False), ("https://[::1]", False),
    ],
)  # fmt: skip
def test_s3_22_people_outside_can_follow_public_addresses_only(origin, expected) -> None:
    assert is_public(origin) is expected
