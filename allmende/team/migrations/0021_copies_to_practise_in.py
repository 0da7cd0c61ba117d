import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("team", "0020_helpers_confirm_their_briefing_first")]

    operations = [
        migrations.AddField(
            model_name="workspace",
            name="rehearsal_of",
            field=models.OneToOneField(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="rehearsal",
                to="team.workspace",
            ),
        ),
    ]
