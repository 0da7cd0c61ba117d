"""The words of this room: what a token is for, and everything that can be wrong with a call."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from allmende.api.states import EVIDENCE_READ, EVIDENCE_WRITE, LIFETIMES, PLAN_READ

SCOPE_WORDS: dict[str, str | Promise] = {
    PLAN_READ: _("Read the plan in force: goals, objectives, levers, tactics, steps"),
    EVIDENCE_READ: _("Read figures of the plan, without counts of activity"),
    EVIDENCE_WRITE: _("Deliver measured values"),
}
LIFETIME_WORDS: dict[int, str | Promise] = dict(
    zip(LIFETIMES, (_("30 days"), _("90 days"), _("a year"), _("two years")), strict=True)
)

# The address of a kind of problem is this and its name. It never changes its meaning.
PROBLEM = "urn:allmende:problem:"


@dataclass(frozen=True)
class Kind:
    """A kind of problem: its status, its title, and the usual sentence of what to do."""

    status: int
    title: str | Promise
    detail: str | Promise


PROBLEMS: dict[str, Kind] = {
    "malformed": Kind(
        400,
        _("This cannot be read"),
        _("The body is no JSON in UTF-8. Nothing was changed."),
    ),
    "token-unknown": Kind(
        401,
        _("No token that holds"),
        _(
            "Send a token as “Authorization: Bearer …”. A token stops working when it runs out or is revoked, and when"
            " its person has no access any more."
        ),
    ),
    "scope-missing": Kind(
        403,
        _("The token is not for this"),
        _("This token was made without the purpose “%(scope)s”. Make one that has it."),
    ),
    "right-missing": Kind(
        403,
        _("The person may not do this"),
        _("A token may do no more than its person, and this person's role does not allow it now."),
    ),
    "not-found": Kind(
        404,
        _("There is nothing here"),
        _("Neither this workspace nor this thing exists for the token. Look at address, short name and key."),
    ),
    "no-plan-in-force": Kind(
        404,
        _("No plan is in force"),
        _("The workspace has published no plan yet. Try again when it has."),
    ),
    "method-not-allowed": Kind(
        405,
        _("This address takes another method"),
        _("The header Allow names the methods that work here."),
    ),
    "idempotency-key-reused": Kind(
        409,
        _("The key belongs to another delivery"),
        _(
            "Something else was sent with this Idempotency-Key before. Nothing was changed. Give every delivery a key of"
            " its own, and the same key only when you send the same again."
        ),
    ),
    "row-id-reused": Kind(
        409,
        _("A row's id belongs to another row"),
        _(
            "Rows with these ids were sent before and said something else. Nothing was changed. Give a corrected row a"
            " new id: its value replaces the one of the same days."
        ),
    ),
    "plan-changed": Kind(
        409,
        _("Another version of the plan is in force"),
        _("You expected version %(expected)s, in force is %(found)s. Nothing was changed. Read the plan again."),
    ),
    "too-large": Kind(
        413,
        _("This is too much at once"),
        _("A delivery has at most 2 MB. Send it in several parts. Nothing was changed."),
    ),
    "unsupported-media-type": Kind(
        415,
        _("Only JSON is read here"),
        _("Send the body as “Content-Type: application/json”. Nothing was changed."),
    ),
    "invalid": Kind(
        422,
        _("Something does not hold"),
        _("Nothing was changed. “errors” names each row and field; mend them and send everything again."),
    ),
    "too-many-calls": Kind(
        429,
        _("Too many calls"),
        _("At most %(most)s calls a minute are answered for one person. Try again in %(seconds)s seconds."),
    ),
    "unavailable": Kind(
        503,
        _("Not possible just now"),
        _(
            "The database does not answer at the moment. Nothing was changed. Send the same again in %(seconds)s seconds,"
            " a delivery with the same Idempotency-Key."
        ),
    ),
    "failed": Kind(
        500,
        _("Allmende stumbled"),
        _("Nothing was changed. It stands in the log under the number in the header X-Request-Id."),
    ),
}

# What is wrong with a field, by pydantic's name of the fault; the empty name for all others.
FIELD_FAULTS: dict[str, str | Promise] = {
    "missing": _("This is missing."),
    "extra_forbidden": _("There is no such field here. Is it misspelt?"),
    "string_type": _("This must be a text."),
    "string_too_short": _("This must not be empty."),
    "string_too_long": _("This is longer than %(max_length)s characters."),
    "string_pattern_mismatch": _("Here stand signs that do not belong here."),
    "float_type": _("This must be a number, without quotation marks."),
    "float_parsing": _("This must be a number, without quotation marks."),
    "int_type": _("This must be a whole number, without quotation marks."),
    "int_parsing": _("This must be a whole number."),
    "int_from_float": _("This must be a whole number."),
    "finite_number": _("This must be a number, and a finite one."),
    "greater_than_equal": _("This must be at least %(ge)s."),
    "less_than_equal": _("This must be at most %(le)s."),
    "date_type": _("This must be a day, written like 2026-11-28."),
    "date_from_datetime_parsing": _("This must be a day, written like 2026-11-28."),
    "date_parsing": _("This must be a day, written like 2026-11-28."),
    "list_type": _("This must be a list."),
    "too_short": _("At least one row is needed."),
    "too_long": _("At most %(max_length)s rows at once."),
    "model_attributes_type": _("This must be an object with fields."),
    "model_type": _("This must be an object with fields."),
    "dict_type": _("This must be an object with fields."),
    "": _("This value does not hold."),
}
ROW_FAULTS: dict[str, str | Promise] = {
    "no_figure": _("Give either “value”, or “k” together with “n”."),
    "two_figures": _("Give either “value” or “k”, not both."),
    "k_without_n": _("“k” needs “n”: out of how many?"),
    "k_beyond_n": _("“k” cannot be more than “n”."),
    "unit_of_k": _("“k” out of “n” is a share and has no unit."),
    "id_twice": _("Row %(row)s has the same id."),
    "id_reused": _("A row with this id was sent before and said something else."),
}
TOKEN_STATE_WORDS: dict[str, str | Promise] = {
    "revoked": pgettext_lazy("token", "revoked"),
    "expired": pgettext_lazy("token", "run out"),
    "closed": pgettext_lazy("token", "its person has no access any more"),
}
