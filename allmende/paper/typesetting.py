"""Typst sets what the sheets of this package know: tagged PDF (PDF/UA-1, ISO 14289-1), with the fonts that lie here."""

import json
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

SHEETS = Path(__file__).resolve().parent / "sheets"


def typeset(sheet: str, content: Mapping[str, Any], *, at: datetime) -> bytes:
    """`content` on the sheet of that name, as PDF bytes; words are data and never markup.

    Takes about half a second and 85 MB for typst: never in a web process. `at` is the time the file bears, so that the
    same content set again is the same file.
    """
    import typst

    pdf: bytes = typst.compile(
        str(SHEETS / f"{sheet}.typ"),
        format="pdf",
        pdf_standards=["ua-1"],
        font_paths=[str(SHEETS / "fonts")],
        ignore_system_fonts=True,
        sys_inputs={"sheet": json.dumps(content, ensure_ascii=False)},
        timestamp=int(at.timestamp()),
    )
    return pdf


def write_whole(path: Path, content: bytes) -> None:
    """The file appears whole or not at all."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
