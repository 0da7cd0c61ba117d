"""The WSGI door, served by granian."""

import os

from django.core.wsgi import get_wsgi_application

from allmende.config.garbage import loading

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "allmende.config.settings")
with loading():
    application = get_wsgi_application()

from allmende.config.turns import enter_data

enter_data()
