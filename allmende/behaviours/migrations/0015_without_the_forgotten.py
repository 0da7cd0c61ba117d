from django.db import migrations


def fill_again(apps, _editor):
    """Files written before told whom an act was for, also when that member had asked to be forgotten: the next fill writes them
    anew. Where nobody asked, nothing is to be done."""
    member, mark = apps.get_model("members", "Member"), apps.get_model("behaviours", "LedgerMark")
    asked = member.objects.filter(erased_at__isnull=False).values("workspace_id")
    mark.objects.filter(workspace_id__in=asked).update(filled_at=None)


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0006_one_person"),
        ("behaviours", "0014_groups_of_people"),
    ]

    operations = [migrations.RunPython(fill_again, migrations.RunPython.noop)]
