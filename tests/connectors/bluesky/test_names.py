"""Identifiers, held against the network's own lists of valid and invalid ones."""

from collections.abc import Callable
from pathlib import Path

import pytest

from allmende.connectors.bluesky import names

CHECKS: dict[str, Callable[[str], bool]] = {
    "handle": names.is_handle,
    "did": names.is_did,
    "nsid": names.is_nsid,
    "recordkey": names.is_record_key,
    "tid": names.is_tid,
}


@pytest.mark.parametrize("kind", CHECKS)
@pytest.mark.parametrize("verdict", ["valid", "invalid"])
def test_syntax_is_the_network_s_own(kind: str, verdict: str, shared_data: Path) -> None:
    lines = (
        (shared_data / "suites" / "atproto_interop" / "syntax" / f"{kind}_syntax_{verdict}.txt").read_text().split("\n")
    )
    cases = [line for line in lines if line and not line.startswith("#")]
    assert len(cases) > 3
    wrong = [case for case in cases if CHECKS[kind](case) is (verdict == "invalid")]
    assert not wrong


def test_addresses_of_no_record_are_refused(shared_data: Path) -> None:
    folder = shared_data / "suites" / "atproto_interop" / "syntax"
    bad = [line for line in (folder / "aturi_syntax_invalid.txt").read_text().split("\n") if line and line[0] != "#"]
    for line in [*bad, "no-such-post", "at://haus.test/app.bsky.feed.post/3k", "at://did:plc:abc/app.bsky.feed.post"]:
        with pytest.raises(ValueError):
            names.address_of(line)


def test_an_address_is_read_and_written() -> None:
    written = "at://did:plc:z72i7hdynmk6r22z27h6tvur/app.bsky.feed.post/3lbnqm4xk2s2a"
    assert str(names.address_of(written)) == written
    assert names.address_of(written).key == "3lbnqm4xk2s2a"


def test_a_dispatch_has_one_valid_key_for_ever() -> None:
    keys = [names.record_key("did:plc:a", f"dispatch-{number}") for number in range(5000)]
    assert all(map(names.is_tid, keys))
    assert len(set(keys)) == 5000
    assert names.record_key("did:plc:a", "dispatch-7") == keys[7] == "3kdcyopnr4f6k"
    assert names.record_key("did:plc:b", "dispatch-7") != keys[7]
    assert max(keys) < "3kzzzzzzzzzzz"  # their time lies in the past
