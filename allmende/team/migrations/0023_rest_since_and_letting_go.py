from datetime import UTC, datetime

from django.db import migrations, models

from allmende.team.migrations._letting_go import let_go, make_function


def begin_today(apps, _editor):
    """Of the communities that are here already nobody wrote down days of rest before."""
    apps.get_model("team", "Workspace").objects.update(rests_since=datetime.now(UTC).date())


class Migration(migrations.Migration):

    dependencies = [
        ('team', '0022_days_of_rest'),
    ]

    operations = [
        migrations.AddField(
            model_name='workspace',
            name='rests_since',
            field=models.DateField(editable=False, null=True),
        ),
        migrations.RunPython(begin_today, migrations.RunPython.noop),
        make_function(),
        let_go("team\\_%"),
    ]
