"""Each process that tests has a data folder of its own, also a worker beside others."""

import os
from pathlib import Path

from tests.folder import DATA


def test_the_settings_name_the_folder_of_this_very_process(settings) -> None:
    """A worker is started with the folder of whoever starts it, and must not keep it."""
    assert settings.DATA == Path(DATA).resolve() == Path(os.environ["ALLMENDE_DATA"]).resolve()
