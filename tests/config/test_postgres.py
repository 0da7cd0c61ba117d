"""What PostgreSQL is told by every process."""

import pytest
from django.conf import settings
from django.db import connection

pytestmark = pytest.mark.django_db


@pytest.mark.skipif("sqlite3" in settings.DATABASES["default"]["ENGINE"], reason="asks PostgreSQL")
def test_no_question_is_compiled():
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)
