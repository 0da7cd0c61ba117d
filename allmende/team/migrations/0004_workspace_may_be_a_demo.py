from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("team", "0003_audit_book_is_never_replaced")]
    operations = [
        migrations.AddField("workspace", "demo_since", models.DateTimeField(null=True, editable=False)),
        migrations.AddField(
            "workspace", "demo_percent", models.PositiveSmallIntegerField(default=0, editable=False)
        ),
    ]
