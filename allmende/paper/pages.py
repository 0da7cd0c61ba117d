"""A page as a tree of elements, as the sheets read it: what the screen shows is what stands on paper."""

import html
import re
from html.parser import HTMLParser
from typing import Any

VOID = frozenset({"br", "hr", "img", "wbr"})
# What the style sheet of the screen gives by variables, as a drawing on paper needs it: in itself.
CHART_STYLE = (
    "<style>text{font-family:'Source Sans 3','Source Sans 3 Ext';font-size:11px;fill:#5f665b}.an{fill:#1d211b}"
    ".band{fill:#e4ebe1}.grid{stroke:#d9ddd5;stroke-width:.75}.mid{stroke:#8d9789;stroke-width:1}"
    ".start{stroke:#1d211b;stroke-width:1;stroke-dasharray:3 3}.ln{fill:none;stroke:#8d9789;stroke-width:1}"
    ".d{fill:#5f665b}.s{fill:#1d5a3a}</style>"
)
_SPACE = re.compile(r"[ \t\r\n]+")
_SVG = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def tree_of(page: str) -> dict[str, Any]:
    """The page's one article: nodes are texts or `{tag, class, kids}`; drawings stay whole (`svg`, `alt`)."""
    drawings = _SVG.findall(page)
    reader = _Reader()
    reader.feed(_SVG.sub("<svg></svg>", page))
    reader.close()
    article: dict[str, Any] = next(kid for kid in reader.top["kids"] if isinstance(kid, dict))
    for node, drawing in zip(_nodes(article, "svg"), drawings, strict=True):
        node.update(_drawing(drawing))
    return article


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.top: dict[str, Any] = {"tag": "", "class": [], "kids": []}
        self.open = [self.top]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        node: dict[str, Any] = {"tag": tag, "class": (given.get("class") or "").split(), "kids": []}
        if given.get("colspan"):
            node["colspan"] = given["colspan"]
        self.open[-1]["kids"].append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        text = _SPACE.sub(" ", data)
        if text:
            self.open[-1]["kids"].append(text)


def _nodes(node: dict[str, Any], tag: str) -> list[dict[str, Any]]:
    inner = [kid for kid in node["kids"] if isinstance(kid, dict)]
    return ([node] if node["tag"] == tag else []) + [found for kid in inner for found in _nodes(kid, tag)]


def _drawing(svg: str) -> dict[str, str]:
    title, desc = (re.search(rf"<{name}[^>]*>(.*?)</{name}>", svg, re.DOTALL) for name in ("title", "desc"))
    alt = ". ".join(html.unescape(_TAG.sub("", found.group(1))).strip() for found in (title, desc) if found)
    head, _, rest = svg.partition(">")
    head = head.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    return {"svg": f"{head}>{CHART_STYLE}{rest}", "alt": alt}
