"""The words for where an item stands, what it may be, and what a table of scheduled posts holds or leaves out."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from allmende.editorial import states

Words = dict[str, str | Promise]

BOARD_WORDS: Words = {
    states.IDEA: pgettext_lazy("board", "Idea"),
    states.BRIEFED: pgettext_lazy("board", "Briefed"),
    states.DRAFTING: pgettext_lazy("board", "Being written"),
    states.IN_REVIEW: pgettext_lazy("board", "Waits for approval"),
    states.ITEM_APPROVED: pgettext_lazy("board", "Approved"),
    states.SCHEDULED: pgettext_lazy("board", "Scheduled"),
    states.IN_CARE: pgettext_lazy("board", "Out, in care"),
}
BLOCK_WORDS: Words = {
    states.TEMPLATE: pgettext_lazy("block", "Template"),
    states.SIGNATURE: pgettext_lazy("block", "Signature"),
    states.HASHTAGS: pgettext_lazy("block", "Group of hashtags"),
}
STEP_WORDS: Words = {
    "daily": pgettext_lazy("rhythm", "daily"),
    "weekly": pgettext_lazy("rhythm", "weekly"),
    "monthly": pgettext_lazy("rhythm", "monthly"),
    "yearly": pgettext_lazy("rhythm", "yearly"),
    "": pgettext_lazy("rhythm", "evergreen: whenever a weekly slot is free"),
}
SERIES_STATES: Words = {
    "running": pgettext_lazy("series", "runs"),
    "resting": pgettext_lazy("series", "rests, because its item was put away"),
    "stopped": pgettext_lazy("series", "stopped"),
    "over": pgettext_lazy("series", "has come to its end"),
}
# Why a feed is not read, by the reason codes of its connector; "" is any other.
FEED_TROUBLES: Words = {
    "disconnected": _("It is not connected any more. Connect the feed again under Channels, or take it out here."),
    "logged_out": _("The site wants a log-in now. A feed behind a password cannot be read."),
    "not_found": _("Nothing stands at this address any more. Look on the site where its feed is now, and add that."),
    "garbled": _("What stands there is no feed just now, or is broken. Entries known already are safe."),
    "unexpected_type": _("There is a page instead of the feed just now; often that means maintenance."),
    "not_reached": _("The site cannot be reached."),
    "cut_off": _("The site broke off in the middle. Nothing half was taken."),
    "too_many": _("The site asks us to wait."),
    "forbidden": _("The site does not let us read its feed. Ask whoever runs it, or take the feed out here."),
    "too_large": _("The feed is larger than 4 MB and is not read."),
    "has_entities": _("The feed is written in a way that could do harm, so it is not read."),
    "too_many_redirects": _("The address leads in circles. Look on the site where its feed is now, and add that."),
    "": _("The site does not give its feed out just now."),
}
SOURCE_PAUSES: Words = {
    states.FLOOD: _(
        "More than twenty entries were new at once: the site has probably renamed or moved them. None was taken. Going on"
        " leaves them out and begins with what appears then."
    ),
    states.NO_RIGHT: _(
        "Whoever set it up may write no items any more. Going on makes you the one who answers for them."
    ),
}
GROUND_WORDS: Words = {
    "": pgettext_lazy("ground", "not settled"),
    "own": pgettext_lazy("ground", "made by us"),
    "licence": pgettext_lazy("ground", "licence"),
    "consent": pgettext_lazy("ground", "consent of those it shows"),
    "free": pgettext_lazy("ground", "free licence or public domain"),
}
AD_WORDS: Words = {
    "": pgettext_lazy("ad", "no advertising"),
    states.ANZEIGE: pgettext_lazy("ad", "advertising, marked “Anzeige”"),
    states.WERBUNG: pgettext_lazy("ad", "advertising, marked “Werbung”"),
    states.OWN_PRODUCT: pgettext_lazy("ad", "our own product, as everybody sees"),
}

POST_FIELDS: Words = {
    "date": _("Day, or day and time"),
    "time": _("Time"),
    "text": _("Text"),
    "title": _("Title"),
    "link": _("Link"),
    "image": _("Picture"),
    "network": _("Network or channel"),
    "objective": _("Objective"),
}
POST_REASONS: Words = {
    "no_text": _("There are no words in this row."),
    "no_date": _("There is no day in this row."),
    "bad_date": _("The day or time cannot be read: %(value)s."),
    "no_time": _("There is no time of day in this row, only the day: %(value)s."),
    "passed": _("This time has passed: %(value)s."),
    "skipped": _("The clocks skip this time: %(value)s."),
    "no_channel": _("No channel is chosen for “%(value)s”."),
    "no_objective": _("The plan in force has no objective “%(value)s”. Write its code or its name."),
    "names_no_channel": _("This row names no channel, and none is chosen for all rows."),
    "too_many_cells": _(
        "There are more cells in this row than the %(value)s columns; a text with the separator in it has to stand in quotation "
        "marks."
    ),
}
TABLE_REASONS: Words = {
    "no_such_file": _("The file is not there any more. Choose it again."),
    "empty": _("There is nothing in this file."),
    "not_readable": _("The file cannot be read: %(detail)s."),
    "too_large_table": _("The file has more than 10 MB. That is no table of posts."),
    "too_many_rows": _("The table has more than %(detail)s rows. Part it into several."),
    "no_rows": _("Below the headers of this table stands no row."),
    "unknown_table": _("This is no table whose columns are parted by commas, semicolons or tabulators."),
    "workbook": _("This is a workbook of a spreadsheet program. Save it there as CSV (UTF-8) and choose that file."),
    "open_quote": _(
        "In the row of line %(detail)s a quotation mark is opened and never closed. Close it and choose the file again."
    ),
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
    "objective": "objective objectives zielvorgabe ziel dient serves",
}
