"""How often rows were taken out of what the ledger is filled from, when it was last filled as a whole, and by which rule groups
are shown. Whoever ever undid an import or erased somebody is filled anew once: it may have slipped past an earlier fill."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('behaviours', '0016_counted_when_touched'),
    ]

    operations = [
        migrations.AddField(
            model_name='countedfrom',
            name='rule',
            field=models.CharField(blank=True, default='', max_length=40),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='ledgermark',
            name='taken_out',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='ledgermark',
            name='whole_at',
            field=models.DateTimeField(null=True),
        ),
    ]
