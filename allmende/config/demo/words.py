"""Names and texts of the demo. People, firm and figures are invented; texts lie in `texts/<language>/<name>.toml`."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("de", "en")
TEXTS = Path(__file__).resolve().parent / "texts"

FIRST_NAMES = (
    "Anke Antje Bernd Birgit Birte Björn Carsten Claas Dilek Dörte Edda Eike Elif Enno Femke Finn Frauke Geert Gesa Gunnar "
    "Hanne Harm Hauke Heike Helge Henning Holger Ilka Imke Inga Ines Jelka Jens Jördis Kai Karin Karl Kerstin Kirsten Klaas "
    "Lale Lars Leyla Lotte Maike Malte Marit Meike Mehmet Merle Mirko Momme Nele Nils Okka Ole Onno Peer Petra Rainer Renke "
    "Rieke Rolf Sabine Silke Sönke Stine Swantje Tade Telse Thies Tilda Tjark Ulf Ulrike Uwe Volker Wencke Yasemin Zeynep"
).split()
LAST_NAMES = (
    "Ahlers Albers Arslan Asmussen Bahnsen Behrens Boysen Brodersen Carstens Christiansen Claußen Demir Detlefsen "
    "Ehlers Feddersen Friedrichsen Gerdes Groth Hansen Harms Hinrichs Jansen Jessen Jürgens Kaya Ketels Klinker Kruse "
    "Lorenzen Lüders Magnussen Martens Matthiesen Möller Nissen Ohlsen Ott Paulsen Petersen Polat Quast Reimers Roth "
    "Sievers Sommer Steffens Tietz Thomsen Uhl Voss Wiese Wulff Yavuz Ziegler"
).split()

# Who answers for the firm, in the past as today.
STAFF = ("Jana Petersen", "Emre Yıldız")


@cache
def texts(language: str, name: str) -> dict[str, Any]:
    """One file of texts. Both languages have the same shape."""
    with (TEXTS / language / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)
