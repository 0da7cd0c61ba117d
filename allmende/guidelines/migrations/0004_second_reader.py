"""A situation may want a second reader of our answer."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('guidelines', '0003_messages_carry_objectives'),
    ]

    operations = [
        migrations.AddField(
            model_name='reactionrule',
            name='needs_second_reader',
            field=models.BooleanField(default=False),
        ),
    ]
