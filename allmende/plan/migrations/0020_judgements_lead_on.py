"""What comes of a judged value, and until when it is watched."""

import django.db.models.deletion
from django.db import migrations, models

from allmende.plan.migrations._triggers import lift, restore


class Migration(migrations.Migration):

    dependencies = [
        ('plan', '0019_levers_rest_on_findings'),
        ('team', '0014_duty_rules'),
    ]

    operations = [
        lift(),
        migrations.RemoveConstraint(
            model_name='judgement',
            name='judgement_asked_once',
        ),
        migrations.AddField(
            model_name='judgement',
            name='again_date',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='judgement',
            name='finding',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='judgement', to='plan.finding'),
        ),
        migrations.AddField(
            model_name='judgement',
            name='follows',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followed_by', to='plan.judgement'),
        ),
        migrations.AddField(
            model_name='judgement',
            name='version',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='judgements', to='plan.planversion'),
        ),
        migrations.AddIndex(
            model_name='judgement',
            index=models.Index(condition=models.Q(('answer', 'watch')), fields=['again_date'], name='judgement_watched'),
        ),
        migrations.AddConstraint(
            model_name='judgement',
            constraint=models.UniqueConstraint(condition=models.Q(('follows__isnull', True)), fields=('workspace', 'key', 'source', 'period_end'), name='judgement_asked_once'),
        ),
        migrations.AddConstraint(
            model_name='judgement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('finding__isnull', True), ('version__isnull', True)), models.Q(('answer', 'change'), ('version__isnull', True)), models.Q(('answer', 'change'), ('finding__isnull', True)), _connector='OR'), name='one_thing_comes_of_a_change'),
        ),
        migrations.AddConstraint(
            model_name='judgement',
            constraint=models.CheckConstraint(condition=models.Q(('again_date__isnull', True), ('answer', 'watch'), _connector='OR'), name='watched_until_a_day'),
        ),
        restore(),
    ]
