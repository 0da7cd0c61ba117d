from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("inbox", "0029_who_waits_in_order")]
    operations = [migrations.RemoveIndex("conversation", name="conversation_who_waits")]
