from django.db import migrations, models

from allmende.channels.migrations._beside import AddIndexBeside


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("channels", "0027_link_cards")]
    operations = [
        AddIndexBeside(
            "dispatch",
            models.Index(condition=models.Q(card__isnull=False), fields=["card"], name="dispatch_card"),
        )
    ]
