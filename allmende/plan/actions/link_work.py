"""Note work that serves a plan element."""

from datetime import datetime

from allmende.plan.models import WorkLink
from allmende.team.models import Workspace


def link_work(*, workspace: Workspace, key: str, kind: str, ref: str, label: str, url: str, at: datetime) -> WorkLink:
    """Upsert by element, kind and ref: an item told twice stands once, with its newest label and address.

    `kind` is the kind of work ("item", "conversation", "report"), `ref` its identifier there. Labels are cut to 200.
    """
    link = WorkLink(workspace=workspace, key=key, kind=kind, ref=ref, label=label[:200], url=url, at=at)
    WorkLink.objects.bulk_create(
        [link],
        update_conflicts=True,
        unique_fields=["workspace", "key", "kind", "ref"],
        update_fields=["label", "url", "at"],
    )
    return WorkLink.objects.get(workspace=workspace, key=key, kind=kind, ref=ref)
