"""A first visit stays light: under 150 KB compressed with fonts, of which the page itself may take the rest."""

import gzip
from pathlib import Path

STATIC = Path("allmende/web/static/web")
COMPRESSED = ["css/tokens.css", "css/base.css", "css/parts.css", "today.css", "icons.svg", "mark.svg", "app/app.js"]
FONTS = ["fonts/source-sans-3-latin-wght-normal.woff2", "fonts/source-serif-4-latin-wght-normal.woff2"]


def test_what_every_page_loads_leaves_room_for_the_page():
    texts = sum(len(gzip.compress((STATIC / name).read_bytes())) for name in COMPRESSED)
    fonts = sum((STATIC / name).stat().st_size for name in FONTS)
    assert texts + fonts < 120 * 1024


def test_a_page_travels_compressed(client_of, owner, workspace):
    client, path = client_of(owner), f"/w/{workspace.slug}/"
    plain, packed = client.get(path), client.get(path, headers={"Accept-Encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert len(packed.content) < len(plain.content) / 2
