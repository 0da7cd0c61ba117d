"""What its teller says beside a measured value."""

from django.db import migrations, models

from allmende.plan.migrations._triggers import lift, restore


class Migration(migrations.Migration):

    dependencies = [
        ('plan', '0014_invitations'),
    ]

    operations = [
        lift(),
        migrations.AddField(
            model_name='evidence',
            name='note',
            field=models.CharField(blank=True, default='', max_length=200),
            preserve_default=False,
        ),
        restore(),
    ]
