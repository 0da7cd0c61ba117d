"""The WSGI door, served by granian."""

import os

from django.core.wsgi import get_wsgi_application
from django.db import DEFAULT_DB_ALIAS, connections

from allmende.config.garbage import loading

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "allmende.config.settings")
with loading():
    application = get_wsgi_application()

from allmende.config.patience import be_impatient
from allmende.config.turns import enter_data

be_impatient(connections.settings[DEFAULT_DB_ALIAS])
enter_data()
