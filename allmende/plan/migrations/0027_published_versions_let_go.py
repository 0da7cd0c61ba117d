from django.db import migrations

from allmende.team.migrations._letting_go import let_go


class Migration(migrations.Migration):
    """The triggers that keep published versions step aside where a demo or a copy is removed (PostgreSQL)."""

    dependencies = [
        ("plan", "0026_audiences_have_a_key"),
        ("team", "0023_rest_since_and_letting_go"),
    ]

    operations = [let_go("plan\\_%")]
