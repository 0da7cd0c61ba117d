"""Let in by LinkedIn's code flow with the customer's own application (linkedin/shared/authentication/authorization-code-flow): a token
for sixty days, and for applications that LinkedIn approved for it a refresh token for a year, which renewals do not lengthen
(linkedin/shared/authentication/programmatic-refresh-tokens)."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from allmende.connectors.code_flow import CLIENT_SECRET, Way
from allmende.connectors.errors import Refused
from allmende.connectors.http import Client
from allmende.connectors.linkedin import read
from allmende.connectors.linkedin.door import PLACE, Door
from allmende.connectors.logins import Begun, Granted, Login, Question
from allmende.connectors.neutral import Author
from allmende.connectors.secret import Secret

# The least that reads and writes a page's posts, and the comments and reactions below them; the last one names the pages a person
# manages and tells of mentions.
WAY = Way(
    "https://www.linkedin.com/oauth/v2/authorization",
    "https://www.linkedin.com/oauth/v2/accessToken",
    "r_organization_social w_organization_social r_organization_social_feed w_organization_social_feed rw_organization_admin",
)
LOGIN = Login(
    "redirect",
    (
        Question("client_id", "86a1b2c3d4e5f6"),
        CLIENT_SECRET,
        Question("page", "Haus am See", is_required=False),
    ),
    permissions=tuple(WAY.scopes.split()),
    has_application=True,
)
# Older posts do not wait for an answer any more.
HISTORY = timedelta(days=90)
MOST_PAGES = 100


def begin(answers: Mapping[str, str], return_url: str, way: Way = WAY) -> Begun:
    """Where the person agrees. Refused with the question's name."""
    return way.begin(answers, return_url, {"page": " ".join(answers.get("page", "").split())})


def finish(kept: Secret, code: str, client: Client, way: Way = WAY, place: str = PLACE) -> Granted:
    """The page's session. LoggedOut: the code is worth nothing; Refused with detail "page": which page is not clear."""
    session, begun = way.finish(kept, code, client)
    page = chosen(_pages(Door(place, session, client)), begun["page"])
    settings = {
        "network": "linkedin.com",
        "organization": page.native_id,
        "handle": page.handle,
        "name": page.name,
        "url": f"{read.SITE}/company/{page.handle or read.number_of(page.native_id)}/",
        "since": (datetime.now(UTC) - HISTORY).isoformat(),
    }
    return Granted(settings if place == PLACE else settings | {"place": place}, session.sealed())


def chosen(pages: list[Author], wish: str) -> Author:
    """The page with this name, number or address; without a wish the only one. Refused with detail "page"."""
    wanted = wish.rstrip("/").rpartition("/")[2].casefold() if "://" in wish else wish.casefold()
    known = [
        page for page in pages if wanted in (page.name.casefold(), page.handle.casefold(), page.native_id.rpartition(":")[2])
    ]  # fmt: skip
    fitting = known if wish else pages
    if len(fitting) != 1:
        raise Refused("page_unknown", "page")
    return fitting[0]


def _pages(door: Door) -> list[Author]:
    """The pages this person manages."""
    answer = door.read(f"organizationAcls?q=roleAssignee&role=ADMINISTRATOR&state=APPROVED&start=0&count={MOST_PAGES}")
    with answer.understood():
        rows = answer.json()["elements"]
        urns = [read.text_of(row, "organization") or read.text_of(row, "organizationalTarget") for row in rows]
        numbers = [read.number_of(urn) for urn in urns]
    if not numbers:
        return []
    answer = door.read(f"organizations?ids=List({','.join(numbers)})")
    with answer.understood():
        return [read.organization(told) for told in answer.json()["results"].values()]
