"""A film's way to Bluesky: to the service that works on films, which puts it into the account's own repository.

Each of its questions bears a proof of its own that the account's server gives out: for whom, and for which method alone. Nobody sees
a film before a post shows it, so whatever stays unclear is tried later; the same film twice is the same work.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from allmende.connectors.bluesky.door import Door
from allmende.connectors.errors import LoggedOut, Refused, TryLater, Unclear
from allmende.connectors.http import Answer, Client, Limits
from allmende.connectors.neutral import Media
from allmende.connectors.uploads import Body

SERVICE = "https://video.bsky.app"
# As long as the documents advise; the usual minute ends while a film is on its way.
PROOF_LASTS = timedelta(minutes=30)
TYPES = frozenset({"video/mp4", "video/webm"})
LARGEST, LONGEST_SECONDS = 100_000_000, 180
_KNOWN_WORK = re.compile(r'"jobId"\s*:\s*"([^"\\]{1,200})"')


class FilmDoor:
    """Asks the service of films (`service`, an origin) in the name of the account `did`, whose own server is `server`."""

    def __init__(self, door: Door, client: Client, server: str, did: str, service: str) -> None:
        self._door, self._client, self._did = door, client, did
        self._home, self._service = _name(server), service.rstrip("/")

    def uploaded(self, medium: Media, body: Body, limits: Limits | None, wait: Callable[[], None]) -> Any:
        """The film as records name it, once the service has finished with it; `wait` is called between two looks.

        Raises Refused with the service's own words, TryLater; LoggedOut where the account's own server gives no proof.
        """
        try:
            self._ask_leave()
            told = self._handed_in(medium, body, limits)
            while not told.get("blob"):
                if told.get("state") == "JOB_STATE_FAILED":
                    raise Refused("film_refused", str(told.get("message") or told.get("error") or ""))
                wait()
                told = self._state(str(told["jobId"]))
        except Unclear as error:
            raise TryLater(reason_code=error.reason_code, detail=error.detail) from error
        return told["blob"]

    def _ask_leave(self) -> None:
        """Whether this account may upload one now: there are so many a day, and none without an address that was confirmed."""
        method = "app.bsky.video.getUploadLimits"
        headers = self._proof(_name(self._service), method)
        with _of_service():
            answer = self._client.read(f"{self._service}/xrpc/{method}", headers=headers)
        with answer.understood():
            told = answer.json()
            if told["canUpload"] is True:
                return
            words = str(told.get("message") or told.get("error") or "")
            if told.get("remainingDailyVideos") == 0 or told.get("remainingDailyBytes") == 0:
                raise TryLater(timedelta(hours=1), "film_limit", words)
            raise Refused("film_refused", words)

    def _handed_in(self, medium: Media, body: Body, limits: Limits | None) -> dict[str, Any]:
        """What became of it so far. The service knows a film it has already: that is said as an error with the work's id."""
        ending = medium.media_type.partition("/")[2]
        query = urlencode({"did": self._did, "name": f"film.{ending}"})
        headers = self._proof(self._home, "com.atproto.repo.uploadBlob", PROOF_LASTS)
        url = f"{self._service}/xrpc/app.bsky.video.uploadVideo?{query}"
        headers["Content-Type"] = medium.media_type
        try:
            with _of_service():
                return _job(self._client.speak("POST", url, content=body, headers=headers, limits=limits))
        except Unclear as error:
            known = _KNOWN_WORK.search(error.detail) if error.reason_code == "status_409" else None
            if known is None:
                raise
            return {"jobId": known[1]}

    def _state(self, job: str) -> dict[str, Any]:
        with _of_service():
            return _job(self._client.read(f"{self._service}/xrpc/app.bsky.video.getJobStatus", params={"jobId": job}))

    def _proof(self, audience: str, method: str, lasts: timedelta | None = None) -> dict[str, str]:
        asked = {"aud": audience, "lxm": method}
        if lasts:
            asked["exp"] = str(int((datetime.now(UTC) + lasts).timestamp()))
        answer = self._door.read("com.atproto.server.getServiceAuth", asked)
        with answer.understood():
            return {"Authorization": f"Bearer {answer.json()['token']}"}


@contextmanager
def _of_service() -> Iterator[None]:
    """What the service does not let in, the account's own server still knows: nobody is logged out by it."""
    try:
        yield
    except LoggedOut as error:
        raise Refused("film_refused", error.detail) from error


def _name(origin: str) -> str:
    """The name of a server as proofs bear it."""
    return "did:web:" + urlsplit(origin).netloc.replace(":", "%3A")


def _job(answer: Answer) -> dict[str, Any]:
    """A work's state: said plainly or, as the documents have it, in an envelope."""
    with answer.understood():
        told = answer.json()
        found: dict[str, Any] = dict(told.get("jobStatus") or told)
        _ = found.get("blob") or str(found["jobId"])
        return found
