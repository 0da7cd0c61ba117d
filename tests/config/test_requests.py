"""What is asked in an address."""

import pytest

SEARCHES = (
    "inbox/",
    "inbox/known-answers/",
    "inbox/moderation/",
    "calendar/media/",
    "calendar/series/",
    "members/",
    "behaviours/",
    "members/mentions/",
)


@pytest.mark.parametrize("path", SEARCHES)
def test_a_nul_in_a_search_is_left_out(owner, client_of, path) -> None:
    address = f"/w/{owner.workspace.slug}/{path}"
    answer = client_of(owner).get(f"{address}?q=ma%00rke&state=%00&show=%00")
    assert answer.status_code in (200, 400)
    assert "\0" not in answer.content.decode()
