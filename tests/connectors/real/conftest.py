"""What a walk through the browser needs besides the network."""

from tests.journeys.conftest import browser_page, tongue

__all__ = ["browser_page", "tongue"]
