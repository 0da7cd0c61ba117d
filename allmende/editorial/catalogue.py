"""The words for what a table of scheduled posts holds, and why a row of it is left out."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = dict[str, str | Promise]

POST_FIELDS: Words = {
    "date": _("Day, or day and time"),
    "time": _("Time"),
    "text": _("Text"),
    "title": _("Title"),
    "link": _("Link"),
    "image": _("Picture"),
    "network": _("Network or channel"),
}
POST_REASONS: Words = {
    "no_text": _("There are no words in this row."),
    "no_date": _("There is no day in this row."),
    "bad_date": _("The day or time cannot be read: %(value)s."),
    "passed": _("This time has passed: %(value)s."),
    "skipped": _("The clocks skip this time: %(value)s."),
    "no_channel": _("No channel is chosen for “%(value)s”."),
}
TABLE_REASONS: Words = {
    "no_such_file": _("The file is not there any more. Choose it again."),
    "empty": _("There is nothing in this file."),
    "not_readable": _("The file cannot be read: %(detail)s."),
    "too_large_table": _("The file has more than 10 MB. That is no table of posts."),
    "too_many_rows": _("The table has more than %(detail)s rows. Part it into several."),
    "unknown_table": _("This is no table whose columns are parted by commas, semicolons or tabulators."),
}
# Words of headers, German and English, compared without signs and case (Hootsuite, Buffer, Later, Swat.io and our own).
POST_HEADERS: dict[str, str] = {
    "date": "date datum day tag postingdate postingtime scheduleddate scheduledat schedule datetime dateandtime dateandtimeutc"
    " publishdate publishat veroffentlichungsdatum veroffentlichung datumuhrzeit datumundzeit termin zeitpunkt geplantfur 1",
    "time": "time uhrzeit zeit scheduledtime postingtime publishtime",
    "text": "text message caption nachricht beitrag beitragstext content post posttext copy inhalt 2",
    "title": "title titel uberschrift headline thema name",
    "link": "link url website 3",
    "image": "image imageurl imageurls bild bildurl bilder mediaurl mediaurls media picture photo medien datei 4",
    "network": "network netzwerk networks channel kanal channels kanale profile profil profiles socialnetwork account konto"
    " platform plattform",
}
