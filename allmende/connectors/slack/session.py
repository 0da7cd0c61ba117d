"""What lets us in at Slack, sealed as one: the bot's token, and what an application adds that tells at once."""

import json
from dataclasses import asdict, dataclass

from allmende.connectors.secret import Secret


@dataclass(frozen=True, slots=True, repr=False)
class Session:
    """`app_token`: opens web sockets (Socket Mode); `signing_secret`: signs webhooks (Events API). "" where not given."""

    token: str = ""
    app_token: str = ""
    signing_secret: str = ""

    def sealed(self) -> Secret:
        """As it is kept; a token alone stays a token."""
        is_bare = not self.app_token and not self.signing_secret
        return Secret(self.token if is_bare else json.dumps(asdict(self)))
