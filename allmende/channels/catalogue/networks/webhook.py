"""Webhooks in words."""

from django.utils.translation import gettext_lazy as _

from allmende.channels.catalogue.networks import NetworkWords

WORDS = NetworkWords(
    name=_("Webhook"),
    group="others",
    needed=_("The address of a service that takes signed webhooks, and the secret both sides know."),
    allowed=_("Hand over posts and answers, signed. What the service does with them is its own affair."),
    questions={
        "url": (_("Address of the webhook"), _("The service that receives it shows it. It is kept like a password.")),
        "secret": (_("Signing secret"), _("It begins with whsec_ and is the same on both sides.")),
    },
    bad_answers={
        "url": _("Nothing takes webhooks there. The address looks like https://example.org/hooks/allmende."),
        "secret": _("This is no signing secret. It begins with whsec_, and 24 to 64 bytes in base64 follow."),
    },
    reasons={"hook_is_gone": _("The service wants no more from us: the webhook was removed there.")},
)
