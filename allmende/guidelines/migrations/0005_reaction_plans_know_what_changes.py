import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('channels', '0016_arrivals_by_table'),
        ('guidelines', '0004_second_reader'),
    ]

    operations = [
        migrations.CreateModel(
            name='NetworkMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.CharField(max_length=40)),
                ('what', models.CharField(max_length=300)),
                ('url', models.CharField(max_length=300)),
                ('told_at', models.DateTimeField()),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='channels.channel')),
            ],
            options={
                'ordering': ['-told_at', '-id'],
                'constraints': [models.UniqueConstraint(fields=('channel', 'ref'), name='network_mark_once')],
            },
        ),
    ]
