"""From what cohorts and groups were counted: as long as nothing touches it, nobody counts them again."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('behaviours', '0015_without_the_forgotten'),
    ]

    operations = [
        migrations.CreateModel(
            name='CountedFrom',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('cohorts', 'cohorts'), ('groups', 'groups')], max_length=8)),
                ('fingerprint', models.CharField(max_length=64)),
                ('looked_at', models.DateTimeField()),
                ('definition', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='behaviours.behaviourdefinition')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('definition', 'what'), name='counted_from_once'), models.CheckConstraint(condition=models.Q(('what__in', ('cohorts', 'groups'))), name='counted_from_known')],
            },
        ),
    ]
