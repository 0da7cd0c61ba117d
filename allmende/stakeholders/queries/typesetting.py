"""A report as PDF: the page of the screen, element by element, set by typst as a tagged PDF (PDF/UA-1, ISO 14289-1)."""

import json
import re
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.html import strip_tags
from django.utils.text import slugify
from django.utils.translation import gettext

from allmende.stakeholders.models import Report
from allmende.stakeholders.queries.pages import ReportPage, guest_page

SHEET = Path(__file__).resolve().parent.parent / "paper"
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


def typeset(report: Report, *, at: datetime) -> bytes:
    """The report as it is now, as PDF bytes; a report that is not released says so on its head.

    Takes about half a second and 85 MB for typst: never in a web process. `at` is the time the file bears, so that the
    same report set again is the same file.
    """
    import typst

    sheet = sheet_of(guest_page(report))
    pdf: bytes = typst.compile(
        str(SHEET / "report.typ"),
        format="pdf",
        pdf_standards=["ua-1"],
        font_paths=[str(SHEET / "fonts")],
        ignore_system_fonts=True,
        sys_inputs={"sheet": json.dumps(sheet, ensure_ascii=False)},
        timestamp=int(at.timestamp()),
    )
    return pdf


def sheet_of(page: ReportPage) -> dict[str, Any]:
    """The page's tree of elements, in the report's language: nodes are texts or `{tag, class, kids}`."""
    report = page.report
    with translation.override(page.paper.language), timezone.override(report.workspace.zone):
        html = render_to_string("stakeholders/paper.html", {"page": page, "report": report})
        draft = "" if report.is_released else gettext("Draft, not released")
    tree = _tree(html)
    return {**tree, "title": report.title, "by": page.paper.by, "lang": page.paper.language, "draft": draft}


def pdf_folder() -> Path:
    """Where the set reports lie; they can be made again at any time."""
    return Path(settings.DATA) / "reports"


def pdf_file(report: Report) -> Path:
    """Where this report lies once it is set; a revision of its own has a file of its own."""
    return pdf_folder() / f"{report.pk}-{report.revision}.pdf"


def pdf_name(report: Report) -> str:
    """What the file is called where somebody keeps it: whose, for whom, until when."""
    words = f"{report.workspace.slug}-{slugify(report.stakeholder.name)}-{report.period_end_date:%Y-%m-%d}"
    return f"{words}.pdf"


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


def _tree(html: str) -> dict[str, Any]:
    """The page's one article. Drawings stay whole."""
    drawings = _SVG.findall(html)
    reader = _Reader()
    reader.feed(_SVG.sub("<svg></svg>", html))
    reader.close()
    article: dict[str, Any] = next(kid for kid in reader.top["kids"] if isinstance(kid, dict))
    for node, drawing in zip(_nodes(article, "svg"), drawings, strict=True):
        node.update(_drawing(drawing))
    return article


def _nodes(node: dict[str, Any], tag: str) -> list[dict[str, Any]]:
    inner = [kid for kid in node["kids"] if isinstance(kid, dict)]
    return ([node] if node["tag"] == tag else []) + [found for kid in inner for found in _nodes(kid, tag)]


def _drawing(svg: str) -> dict[str, str]:
    title, desc = (re.search(rf"<{name}[^>]*>(.*?)</{name}>", svg, re.DOTALL) for name in ("title", "desc"))
    alt = ". ".join(strip_tags(found.group(1)).strip() for found in (title, desc) if found)
    head, _, rest = svg.partition(">")
    head = head.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    return {"svg": f"{head}>{CHART_STYLE}{rest}", "alt": alt}
