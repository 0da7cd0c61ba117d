from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('inbox', '0015_a_limit_of_load'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='suggestion',
            name='suggestion_language',
        ),
    ]
