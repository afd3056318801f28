"""Refusals of each action as the OpenAPI document shows them; a test provokes each."""

from collections.abc import Iterator
from typing import NamedTuple

from django.conf import settings

from charges.errors import ProcessorBusy
from customers.errors import KeyInProgress, KeyReusedDifferently, RegistrationClosed
from customers.models import MAX_REFERENCE
from dialects.billy.errors import list_errors
from dialects.billy.examples import GUIDS
from dialects.billy.fields import NOT_A_CHOICE, NOT_AN_INTEGER, REQUIRED


class Refusal(NamedTuple):
    """A reason, the status and what is said in Billy's words."""

    name: str
    status: int
    detail: str


def refuse_parameter(refusal: str, parameter: str, *reasons: str) -> Refusal:
    """Return the refusal of a bad parameter."""
    return Refusal(refusal, 400, list_errors([(parameter, reasons)]))


NO_KEY = Refusal("no key", 403, "Invalid API key None")
BAD_PAGE = refuse_parameter("bad limit", "limit", NOT_AN_INTEGER, "Number must be at least 0.")
TOO_LARGE = f"The body must not exceed {settings.DATA_UPLOAD_MAX_MEMORY_SIZE} bytes."
OF_BODIES = (
    Refusal("no length", 411, "A body needs a Content-Length."),
    Refusal("too large", 413, TOO_LARGE),
)
OF_KEYS = (
    Refusal("key in progress", 409, str(KeyInProgress())),
    Refusal("key used for another request", 422, str(KeyReusedDifferently())),
)
BUSY = Refusal("too many requests wait", 429, str(ProcessorBusy()))
OWN: dict[tuple[str, str], tuple[Refusal, ...]] = {
    ("company", "create"): (
        refuse_parameter("no processor key", "processor_key", REQUIRED),
        Refusal("not open to everybody", 403, str(RegistrationClosed())),
        Refusal("too many companies", 429, "Request was throttled. Expected available in 36 seconds."),
    ),
    ("customer", "create"): (
        refuse_parameter(
            "name too long", "external_id", f"Field cannot be longer than {MAX_REFERENCE} characters."
        ),
    ),
    ("customer", "destroy"): (
        Refusal("deleted before", 400, f"Customer {GUIDS['customer']} was already deleted"),
    ),
    ("plan", "create"): (refuse_parameter("unknown type", "plan_type", NOT_A_CHOICE),),
    ("plan", "destroy"): (Refusal("deleted before", 400, f"Plan {GUIDS['plan']} was already deleted"),),
    ("subscription", "create"): (
        Refusal("deleted plan", 400, "Cannot subscript to a deleted plan"),
        Refusal("plan of another company", 403, "Can only subscribe to your own plan"),
        BUSY,
    ),
    ("subscription", "cancel"): (
        Refusal("canceled before", 400, "Cannot cancel a canceled subscription"),
        BUSY,
    ),
}


def list_refusals(
    *, kind: str, action: str, has_key: bool, on_one: bool, is_page: bool, is_post: bool
) -> Iterator[Refusal]:
    """Return the refusals of an action on one record or on many."""
    if has_key:
        yield NO_KEY
    if on_one:
        word = "premission" if kind == "company" else "permission"  # Billy's spelling.
        yield Refusal("of another company", 403, f"You have no {word} to access {kind} {GUIDS[kind]}")
        yield Refusal("unknown", 404, f"No such {kind} {GUIDS[kind]}")
    if is_page:
        yield BAD_PAGE
    if is_post:
        yield from OF_BODIES
        yield from OF_KEYS if has_key else ()
    yield from OWN.get((kind, action), ())
