"""Where a text says that it is an advertisement (domain 3.11: ad label and its position).

German courts want the mark where reading begins, in plain German: at the end, among hashtags or as "ad" it is none
(§ 5a Abs. 4 UWG; OLG Celle, 13 U 53/17, on "#ad" among other hashtags).
"""

import re
from typing import Literal

Place = Literal["first", "late", "missing"]

_WORD = re.compile(r"\w+")


def label_place(text: str, label: str) -> Place:
    """Is `label` ("Anzeige", "Werbung") the first word of the text, does it come later, or not at all?

    Brackets, colons, a hash sign and pictograms around it do not count; a longer word such as "Werbungskosten" is none.
    """
    words = [word.casefold() for word in _WORD.findall(text)]
    wanted = label.casefold()
    if wanted not in words:
        return "missing"
    return "first" if words[0] == wanted else "late"
