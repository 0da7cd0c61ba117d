"""What was counted stands beside a share that a sample put right (domain 4.5)."""


from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('plan', '0024_targets_in_own_unit'),
    ]

    operations = [
        migrations.AddField(
            model_name='evidence',
            name='counted_before_share',
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name='evidence',
            name='counted_share',
            field=models.FloatField(null=True),
        ),
    ]
