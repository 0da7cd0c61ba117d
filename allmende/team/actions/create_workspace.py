"""Open a workspace with its first owner, or a further one beside it."""

from datetime import datetime, time

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from allmende.team import states
from allmende.team.access import require
from allmende.team.actions.record_audit import record_audit
from allmende.team.models import Person, ServiceHours, ServiceSpan, User, Workspace

LONGEST_SLUG = 40


@transaction.atomic
def create_workspace(
    *,
    owner: User,
    slug: str,
    name: str,
    now: datetime,
    organisation: str = "",
    zone: str = "Europe/Berlin",
    country: str = "DE",
    subdivision: str = "",
) -> Workspace:
    """A workspace, its owner's Person, and service hours of Monday to Friday, 8 to 18, as a first proposal."""
    workspace = Workspace.objects.create(
        slug=slug,
        name=name,
        organisation=organisation,
        zone=zone,
        country=country,
        subdivision=subdivision,
        language=owner.language,
    )
    person = Person.objects.create(workspace=workspace, user=owner, name=owner.name, role=states.OWNER)
    hours = ServiceHours.objects.create(
        workspace=workspace,
        name=name,
        zone=zone,
        country=country,
        subdivision=subdivision,
        is_default=True,
        created_at=now,
        created_by=person,
        updated_at=now,
        updated_by=person,
    )
    ServiceSpan.objects.bulk_create(
        ServiceSpan(hours=hours, weekday=day, starts_at=time(8), ends_at=time(18)) for day in range(5)
    )
    record_audit(workspace=workspace, person=person, verb="team.workspace.created", target=workspace, now=now)
    return workspace


class CannotOpenWorkspace(Exception):
    """No community was opened; `field` names what to mend."""

    def __init__(self, sentence: str, field: str = "") -> None:
        self.field = field
        super().__init__(sentence)


@transaction.atomic
def open_workspace(*, person: Person, name: str, slug: str, now: datetime, organisation: str = "") -> Workspace:
    """A further, empty community of this person, who owns it; zone, country and language as where they come from. A book
    can be read into it (S0-24). Raises CannotOpenWorkspace."""
    require(person, "team.workspace.edit")
    here = person.workspace
    if here.is_rehearsal:
        raise CannotOpenWorkspace(_("Not opened: this is a copy to practise in, and it goes when the drill is over."))
    if here.is_demo:
        raise CannotOpenWorkspace(_("Not opened: who is in the demo goes with it. Open a community from your own."))
    check_new(name=name, slug=slug)
    return create_workspace(
        owner=person.user,
        slug=slug,
        name=name.strip(),
        organisation=organisation.strip(),
        zone=here.zone,
        country=here.country,
        subdivision=here.subdivision,
        now=now,
    )


def check_new(*, name: str, slug: str) -> None:
    """Can a community be called so, and lie at this address? Raises CannotOpenWorkspace."""
    if not name.strip():
        raise CannotOpenWorkspace(_("Not opened: say how the community is called."), "name")
    if not slug or slug != slugify(slug) or len(slug) > LONGEST_SLUG:
        raise CannotOpenWorkspace(
            _("Not opened: the address may hold small letters, digits and hyphens, 40 at most."), "slug"
        )
    if Workspace.objects.filter(slug=slug).exists():
        raise CannotOpenWorkspace(
            _("Not opened: another community lies at %(slug)s. Choose another address.") % {"slug": slug}, "slug"
        )
