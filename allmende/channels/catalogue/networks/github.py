"""GitHub in words."""

from django.utils.translation import gettext_lazy as _

from allmende.channels.catalogue.networks import NetworkWords

WORDS = NetworkWords(
    name="GitHub",
    group="forums",
    needed=_("A repository with discussions, and a token for it."),
    allowed=_(
        "Read the discussions of this repository and which answers were accepted, open discussions and answer,"
        " change and delete what it said, mark the answer that helped; as a moderator, hide and delete comments, lock and unlock discussions."
    ),
    steps=(
        _(
            "As the account that shall speak: Settings, Developer settings, Personal access tokens, Fine-grained"
            " tokens, Generate new token."
        ),
        _(
            "Resource owner: whom the repository belongs to. Only select repositories: this one. An end in a year is"
            " the longest."
        ),
        _(
            "Repository permissions: the one below; Metadata comes along by itself. An organisation may have to"
            " approve the token first."
        ),
    ),
    questions={
        "token": (
            _("Access token"),
            _("At github.com: Settings, Developer settings, Fine-grained tokens. It is kept sealed."),
        ),
        "repository": (_("Repository"), _("Its address, or owner and name with a stroke between them.")),
        "category": (_("Category"), _("New discussions are opened there; without a word, General.")),
    },
    bad_answers={
        "token": _("This is no access token. It begins with github_pat_."),
        "repository": _("This is no repository. It looks like https://github.com/owner/name."),
        "category": _("The repository has no such category."),
    },
    reasons={
        "no_such_repository": _("The token opens no such repository. Check both."),
        "discussions_off": _("This repository has no discussions. Switch them on in its settings."),
    },
)
