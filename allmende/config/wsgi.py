"""The WSGI door, served by granian."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "allmende.config.settings")
application = get_wsgi_application()

from allmende.config.turns import enter_data  # noqa: E402 - it needs the settings that were loaded just now

enter_data()
