"""The words of arrivals: what people did at a target, the columns of a table that tells it, and why a row is left out."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from allmende.channels.catalogue.words import Words

ARRIVAL_ACTS: Words = {
    "arrived_from_link": pgettext_lazy("arrival", "arrived"),
    "completed_on_site": pgettext_lazy("arrival", "did what the link is for"),
    "bought": pgettext_lazy("arrival", "bought something"),
    "renewed": pgettext_lazy("arrival", "renewed a contract"),
    "registered_event": pgettext_lazy("arrival", "registered for an event"),
    "joined": pgettext_lazy("arrival", "became a member"),
    "surveyed": pgettext_lazy("arrival", "answered a survey"),
    "submitted_idea": pgettext_lazy("arrival", "submitted an idea"),
    "referred": pgettext_lazy("arrival", "brought somebody along"),
}
ARRIVAL_FIELDS: Words = {
    "code": _("Code of the link"),
    "act": _("What was done"),
    "at": _("When"),
    "person": _("Pseudonym of the person"),
    "id": _("Number of the event"),
}
ARRIVAL_REASONS: Words = {
    "no_code": _("There is no code of a link in this row."),
    "unknown_code": _("No tracked link has the code “%(value)s”."),
    "no_act": _("The row does not say what was done."),
    "unknown_act": _("“%(value)s” is no behaviour we know."),
    "click": _("A click is no result: “%(value)s” is counted by the link itself."),
    "no_time": _("The row does not say when."),
    "bad_time": _("The day or time cannot be read: %(value)s."),
    "to_come": _("This time is still to come: %(value)s."),
    "before_link": _("The link did not exist yet at this time: %(value)s."),
    "names_somebody": _("The pseudonym looks like a mail address. Give a number that names nobody."),
    "too_long": _("A cell has more than 255 signs."),
}
SHEET_REASONS: Words = {
    "no_such_file": _("The file is not there any more. Choose it again."),
    "empty": _("There is nothing in this file."),
    "not_readable": _("The file cannot be read: %(detail)s."),
    "too_large_table": _("The file has more than 10 MB. Part it into several."),
    "too_many_rows": _("The table has more than %(detail)s rows. Part it into several."),
    "unknown_table": _("This is no table whose columns are parted by commas, semicolons or tabulators."),
    "workbook": _("This is a workbook of a spreadsheet program. Save it there as CSV (UTF-8) and choose that file."),
    "open_quote": _(
        "In the row of line %(detail)s a quotation mark is opened and never closed. Close it and choose the file again."
    ),
}
# Words of headers and of behaviours, German and English, compared without signs and case.
ARRIVAL_HEADERS: dict[str, str] = {
    "code": "code link linkcode kurzel kurzlink trafficlink trackedlink kode 1",
    "act": "behaviour behavior verhalten act event eventtype ereignis aktion type typ 2",
    "at": "time zeit zeitpunkt at occurredat timestamp datetime date datum tag wann datumuhrzeit 3",
    "person": "person personkey personenschlussel pseudonym pseudonymouskey visitor user userid besucher 4",
    "id": "id eventid ereignisid nummer orderid order bestellnummer vorgang 5",
}
ARRIVAL_WORDS: dict[str, str] = {
    "arrived_from_link": "arrived arrival angekommen ankunft",
    "completed_on_site": "completed done conversion erledigt abgeschlossen abschluss",
    "bought": "purchase purchased order sale kauf gekauft bestellung bestellt",
    "renewed": "renewal verlangert verlangerung",
    "registered_event": "registered registration angemeldet anmeldung",
    "joined": "signup signedup beigetreten beitritt registrierung registriert",
    "surveyed": "survey umfrage befragt",
    "submitted_idea": "idea idee ideeeingereicht",
    "referred": "referral empfehlung empfohlen geworben",
}
CLICKS = frozenset(("click", "clicks", "clicked", "klick", "klicks", "geklickt", "aufruf", "view", "pageview"))
