"""Words that were written for one person alone: shown to whom the conversation lies with, and to whoever wrote them."""

from django import template

from allmende.channels.models import Dispatch
from allmende.channels.states import SEALED
from allmende.inbox.models import Inquiry, ModerationDecision
from allmende.team.models import Person

register = template.Library()


@register.filter
def reply_for(dispatch: Dispatch, person: Person) -> str:
    """The words of a planned answer."""
    message = dispatch.message
    is_theirs = person.pk in (dispatch.created_by_id, message.entry.conversation.assignee_id)
    return SEALED if message.visibility == "direct" and not is_theirs else message.text


@register.filter
def question_for(inquiry: Inquiry, person: Person) -> str:
    """What was asked out of a conversation; it is mostly the member's own words."""
    is_theirs = person.pk in (inquiry.created_by_id, inquiry.conversation.assignee_id)
    is_private = getattr(inquiry, "is_private", False)
    return SEALED if is_private and not is_theirs else inquiry.question


@register.filter
def facts_for(decision: ModerationDecision, person: Person) -> str:
    """What a decision says that somebody wrote."""
    message = decision.message
    is_theirs = person.pk in (decision.created_by_id, message.entry.conversation.assignee_id)
    return SEALED if message.visibility == "direct" and not is_theirs else decision.facts
