"""Begin an answer with a pattern, and make it one's own before it leaves (S2-24)."""

from django.utils.translation import gettext as _

from allmende.channels.models import Dispatch
from allmende.domain.wording import CountingRule, DraftText, check_draft, words_changed
from allmende.inbox.models import PatternUse, TextPattern
from allmende.team.models import Workspace


class UneditedPattern(Exception):
    """The words stand as in the pattern; the message says what to do."""


def check_edited(workspace: Workspace, text: str, pattern: TextPattern | None) -> None:
    """Raises UneditedPattern where the words are still those of `pattern`, or of any other of the workspace.

    So they are when they were copied by hand, or a gap such as "[Name]" is still open.
    """
    patterns = TextPattern.objects.filter(workspace=workspace, archived_at__isnull=True)
    for one in [pattern] if pattern else patterns:
        codes = {found.code: found.values for found in check_draft(DraftText(text, pattern=one.text), CountingRule())}
        if "pattern_unedited" in codes:
            raise UneditedPattern(
                _("Not sent. These are the words of the pattern “%(name)s”. Change them so that they fit this person.")
                % {"name": one.name}
            )
        if pattern and "placeholder_left" in codes:
            raise UneditedPattern(
                _("Not sent. “%(gap)s” is still a gap of the pattern. Fill it in, or take it out.")
                % {"gap": codes["placeholder_left"]["text"]}
            )


def note_use(dispatch: Dispatch, pattern: TextPattern | None, text: str) -> None:
    """Keep how many words of the pattern were changed; `text` without the byline."""
    if pattern:
        changed = words_changed(pattern.text, text)
        PatternUse.objects.create(dispatch=dispatch, pattern=pattern, words_changed=max(1, changed))


def begin_with(typed: str, pattern: TextPattern) -> str:
    """The words of a pattern below what stands in the form already."""
    return f"{typed.rstrip()}\n\n{pattern.text}" if typed.strip() else pattern.text
