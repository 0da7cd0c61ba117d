"""How far the ledger is filled from arrivals by links."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('behaviours', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='ledgermark',
            name='last_arrival',
            field=models.BigIntegerField(default=0),
        ),
    ]
