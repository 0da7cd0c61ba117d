"""Makes the fonts of printed reports from those of the screens: `uv run --with 'fonttools[woff]' python tools/paper_fonts.py`.

Typst reads neither woff2 nor variable weights, so each weight becomes a file of its own. The letters outside Latin-1 are a family
of their own (`… Ext`), named as the fallback. Outputs are committed; run it only when the fonts of the screens change.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "allmende" / "web" / "static" / "web" / "fonts"
TARGET = ROOT / "allmende" / "paper" / "sheets" / "fonts"
FAMILIES = {"source-sans-3": "Source Sans 3", "source-serif-4": "Source Serif 4"}
WEIGHTS = {400: "Regular", 600: "SemiBold"}
RANGES = {"latin": "", "latin-ext": " Ext"}


def main() -> None:
    """Write one file per family, range and weight."""
    from fontTools.ttLib import TTFont  # type: ignore[import-not-found, unused-ignore]
    from fontTools.varLib.instancer import instantiateVariableFont  # type: ignore[import-not-found, unused-ignore]

    TARGET.mkdir(parents=True, exist_ok=True)
    for slug, family in FAMILIES.items():
        for letters, suffix in RANGES.items():
            for weight, style in WEIGHTS.items():
                font = TTFont(SOURCE / f"{slug}-{letters}-wght-normal.woff2", recalcTimestamp=False)
                font = instantiateVariableFont(font, {"wght": weight})
                font.flavor = None
                font["OS/2"].usWeightClass = weight
                _name(font, family + suffix, style)
                font.save(TARGET / f"{slug}-{letters}-{weight}.ttf")


def _name(font: object, family: str, style: str) -> None:
    table = font["name"]  # type: ignore[index]
    names = {
        1: family,
        2: style,
        4: f"{family} {style}",
        6: f"{family} {style}".replace(" ", ""),
        16: family,
        17: style,
    }
    for number, text in names.items():
        table.removeNames(nameID=number)
        table.setName(text, number, 3, 1, 0x409)


if __name__ == "__main__":
    main()
