"""The WSGI door, served by granian."""

import os
from threading import Timer

from django.core.wsgi import get_wsgi_application
from django.db import DEFAULT_DB_ALIAS, connections

from allmende.config.garbage import loading

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "allmende.config.settings")
with loading():
    application = get_wsgi_application()

from allmende.config.patience import be_impatient
from allmende.config.turns import enter_data
from allmende.config.warmth import begin_warming
from allmende.domain.search_words import read_base_forms

READ_AFTER_SECONDS = 20

be_impatient(connections.settings[DEFAULT_DB_ALIAS])
enter_data()
begin_warming()
# Whoever searches first would wait a second for the dictionaries; read at once, they would hold up the first page.
reading = Timer(READ_AFTER_SECONDS, read_base_forms)
reading.daemon = True
reading.start()
