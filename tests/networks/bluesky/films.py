"""The service that works on films, as the fake has it: proofs for one method and one audience, work that takes some looks."""

import secrets
from typing import Any
from urllib.parse import urlsplit

from tests.networks.bluesky.network import Person

LARGEST_FILM = 100_000_000


class Films:
    """What the service knows. `looks`: how often it says that it is still at work; `words`: why it lets nobody upload, or
    what went wrong with the film."""

    def __init__(self, url: str) -> None:
        self.name = "did:web:" + urlsplit(url).netloc.replace(":", "%3A")
        self.proofs: dict[str, tuple[Person, str, str]] = {}
        self.jobs: dict[str, dict[str, Any]] = {}
        self.uploads = 0
        self.looks = 2
        self.no_upload = self.failure = ""
        self.left = 25

    def proof(self, person: Person, audience: str, method: str) -> str:
        token = secrets.token_urlsafe(12)
        self.proofs[token] = (person, audience, method)
        return token

    def proven(self, header: str, audience: str, method: str) -> Person | None:
        """Whoever holds a proof for this audience and method."""
        person, *rest = self.proofs.get(header.removeprefix("Bearer "), (None, "", ""))
        return person if rest == [audience, method] else None

    def limits(self) -> dict[str, Any]:
        told: dict[str, Any] = {"canUpload": not self.no_upload and self.left > 0, "remainingDailyVideos": self.left}
        return told | ({"error": "Denied", "message": self.no_upload} if self.no_upload else {})

    def take(self, did: str, blob: dict[str, Any]) -> tuple[dict[str, Any], bool]:
        """The work on a film, and whether it was known before: the same film is the same work."""
        job = f"job-{blob['ref']['$link'][-12:]}"
        is_known = job in self.jobs
        if not is_known:
            self.uploads += 1
            self.left -= 1
            self.jobs[job] = {"jobId": job, "did": did, "state": "JOB_STATE_CREATED", "made": blob, "looks": self.looks}
        return self.shown(job), is_known

    def look(self, job: str) -> dict[str, Any]:
        """One look more; in the end there is a blob, or what went wrong."""
        work = self.jobs[job]
        work["looks"] -= 1
        if work["looks"] <= 0:
            work["state"] = "JOB_STATE_FAILED" if self.failure else "JOB_STATE_COMPLETED"
            if self.failure:
                work["message"] = self.failure
            else:
                work["blob"] = work["made"]
        return self.shown(job)

    def shown(self, job: str) -> dict[str, Any]:
        """A work's state without what the service keeps to itself."""
        return {name: value for name, value in self.jobs[job].items() if name not in ("made", "looks")}
