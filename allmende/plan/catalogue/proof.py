"""The words of evidence: columns of a table, why a row was refused, judgements, dust."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = dict[str, str | Promise]

VALUE_FIELD_WORDS: Words = {
    "element": _("Part of the plan"),
    "source": _("What was measured"),
    "date": pgettext_lazy("column", "Date"),
    "begins": _("Begin of the period"),
    "value": pgettext_lazy("column", "Value"),
    "unit": pgettext_lazy("column", "Unit"),
    "n": _("Out of how many"),
    "note": pgettext_lazy("column", "Note"),
}
# Words of headers, German and English, compared without signs and case.
VALUE_HEADERS: dict[str, str] = {
    "element": "element key schlussel ziel objective goal code plan teil kurzel zuordnung teildesplans partoftheplan",
    "source": "source metric measure kennzahl name messung quelle indikator indicator was waswurdegemessen whatwasmeasured",
    "date": "date datum day tag period end ende bis stichtag month monat week woche until to periodend",
    "begins": "begin beginn start von from since seit periodstart beginndeszeitraums beginoftheperiod",
    "value": "value wert zahl number figure ergebnis result messwert",
    "unit": "unit einheit",
    "n": "n base basis outofhowmany answers antworten falle cases stichprobe sample vonwievielen grundgesamtheit",
    "note": "note comment remark anmerkung bemerkung hinweis notiz kommentar",
}
VALUE_REASONS: Words = {
    "no_element": _("No part of the plan is named."),
    "unknown_element": _("The plan in force has no part “%(word)s”."),
    "two_elements": _("“%(word)s” names two parts of the plan. Use the code or the key."),
    "no_source": _("It does not say what was measured."),
    "no_date": _("There is no date."),
    "bad_date": _("“%(word)s” is no date of the chosen kind."),
    "ends_before": _("The period ends before it begins (%(word)s)."),
    "in_future": _("%(word)s lies in the future; nothing was measured then."),
    "no_value": _("There is no value."),
    "bad_number": _("“%(word)s” is no number."),
    "two_numbers": _("“%(word)s” could be two numbers. Write 1234 or 1,234.0."),
    "beyond": _("%(word)s is beyond 0 to 100 per cent."),
    "bad_n": _("“%(word)s” is no number of cases."),
    "twice": _("Line %(word)s gives the same figure for the same time."),
}
UPLOAD_STATE_WORDS: Words = {
    "chosen": pgettext_lazy("upload", "not taken in yet"),
    "taken": pgettext_lazy("upload", "taken in"),
    "undone": pgettext_lazy("upload", "taken out again"),
}
TABLE_REASONS: Words = {
    "no_such_file": _("The file is not there any more. Choose it again."),
    "empty": _("There is nothing in this file."),
    "not_readable": _("The file cannot be read: %(detail)s."),
    "too_large_table": _("The file has more than 10 MB. That is no table of figures."),
    "too_many_rows": _("The table has more than %(detail)s rows. Part it into several."),
    "unknown_table": _("This is no table whose columns are parted by commas, semicolons or tabulators."),
    "workbook": _("This is a workbook of a spreadsheet program. Save it there as CSV (UTF-8) and choose that file."),
    "open_quote": _(
        "In the row of line %(detail)s a quotation mark is opened and never closed. Close it and choose the file again."
    ),
}
JUDGEMENT_WORDS: Words = {
    "keep": pgettext_lazy("judgement", "Keep: we go on as planned"),
    "change": pgettext_lazy("judgement", "Change: the plan has to change"),
    "watch": pgettext_lazy("judgement", "Watch: too early to say, we look again"),
}
JUDGED_WORDS: Words = {
    "keep": pgettext_lazy("judged", "keep"),
    "change": pgettext_lazy("judged", "change"),
    "watch": pgettext_lazy("judged", "watch"),
}
DUST_WORDS: Words = {
    "no_evidence": _("no new figure for %(days)s days"),
    "no_work": _("no work refers to it for %(days)s days"),
    "unopened": _("nobody opened it for %(days)s days"),
    "theory": _("theory so far: no step within 30 days"),
}
# Why a figure does not leave the team (domain 5.5), in the words a guest reads.
HELD_BACK_WORDS: Words = {
    "group_below_floor": _("not shown: the group is so small that somebody could be recognised"),
    "activity_count": _("not shown: it counts activity, not behaviour"),
    "size_total": _("not shown: it counts activity, not behaviour"),
    "click_as_success": _("not shown: it counts activity, not behaviour"),
    "engagement_rate": _("not shown: it counts activity, not behaviour"),
    "labels_too_noisy": _("not shown: a sample showed that the counting is right too seldom"),
}
HELD_BACK = _("not shown outside the team")
