"""Make a new log-in link for a colleague who lost the way in."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from allmende.team.access import require
from allmende.team.actions.make_login_link import make_login_link
from allmende.team.actions.record_audit import record_audit
from allmende.team.models import Person


class CannotRelink(Exception):
    """No link was made; the text says why and what to do."""


@transaction.atomic
def relink_person(*, person: Person, colleague: Person, now: datetime) -> str:
    """A new one-time link for `colleague`'s user; older unused links die. A second factor is still asked for.

    Raises CannotRelink for somebody who also works in another workspace: its owners did not agree.
    """
    require(person, "team.person.edit")
    elsewhere = Person.objects.filter(user=colleague.user).exclude(workspace=person.workspace)
    # A copy to practise in is no other team's.
    if elsewhere.exclude(workspace__rehearsal_of=person.workspace).exists():
        raise CannotRelink(
            gettext(
                "No link was made. %(name)s also works in another workspace, and a link would open that one too. "
                "They can set a new password themselves on the log-in page."
            )
            % {"name": colleague.name}
        )
    token = make_login_link(user=colleague.user, now=now)
    record_audit(
        workspace=person.workspace,
        person=person,
        verb="team.person.linked",
        target=colleague,
        now=now,
        after={"name": colleague.name},
    )
    return token
