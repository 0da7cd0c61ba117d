"""The WSGI door, served by granian."""

import os
from threading import Timer

from django.core.signals import request_started
from django.core.wsgi import get_wsgi_application
from django.db import DEFAULT_DB_ALIAS, connections

from allmende.config.garbage import keep_loaded, loading

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "allmende.config.settings")
with loading():
    application = get_wsgi_application()

from allmende.config.patience import be_impatient, look_where_still
from allmende.config.turns import enter_data
from allmende.config.warmth import begin_warming
from allmende.domain.search_words import read_base_forms

READ_AFTER_SECONDS = 20


def settle() -> None:
    """Once the first pages were shown. Whoever searches first would wait a second for the dictionaries; read at once, they would
    hold up the first page.
    """
    read_base_forms()
    keep_loaded()


be_impatient(connections.settings[DEFAULT_DB_ALIAS])
request_started.connect(look_where_still)
enter_data()
begin_warming()
settling = Timer(READ_AFTER_SECONDS, settle)
settling.daemon = True
settling.start()
