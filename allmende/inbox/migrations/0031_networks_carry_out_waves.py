from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('inbox', '0030_without_the_unordered'),
    ]

    operations = [
        migrations.AddField(
            model_name='moderationdecision',
            name='carry_out_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='moderationdecision',
            name='carry_out_tries',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='moderationdecision',
            name='not_done',
            field=models.CharField(blank=True, choices=[('logged_out', 'logged_out'), ('refused', 'refused'), ('no_answer', 'no_answer'), ('not_able', 'not_able'), ('nobody', 'nobody')], default='', max_length=10),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name='moderationdecision',
            index=models.Index(condition=models.Q(('carry_out_at__isnull', False)), fields=['carry_out_at'], name='moderation_to_carry_out'),
        ),
    ]
