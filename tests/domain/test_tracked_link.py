"""Where a tracked link may lead, what it tells the target, who is no person."""

import pytest

from allmende.domain.tracked_link import arrival_url, fault_of_target, is_machine

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
