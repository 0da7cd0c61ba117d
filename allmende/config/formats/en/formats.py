"""Day before month in words, and a clock of 24 hours, as everywhere else in English pages (`web.templatetags.house.day`).

Django's own English is American: in a German-speaking house 10/05/2026 is read as the tenth of May.
"""

DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y, H:i"
TIME_FORMAT = "H:i"
YEAR_MONTH_FORMAT = "F Y"
MONTH_DAY_FORMAT = "j F"
SHORT_DATE_FORMAT = "j M Y"
SHORT_DATETIME_FORMAT = "j M Y, H:i"
FIRST_DAY_OF_WEEK = 1
