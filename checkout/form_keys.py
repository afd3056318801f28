"""Keys of forms whose button does its work once for each page that was shown."""

from uuid import UUID, uuid4

from django.http import HttpRequest

from checkout.lookup import read_uuid
from core.errors import BillingError
from customers.errors import KeyInProgress


def read_form_key(request: HttpRequest) -> UUID | None:
    """Return the key of the page whose button was pressed; None if the form is not ours."""
    return read_uuid(request.POST.get("key", ""))


def choose_form_key(request: HttpRequest, refusal: BillingError | None) -> UUID:
    """Return the key of a page that is shown after a refusal, or without one.

    It is that of the form while the first press of its button is worked on: who is asked to try again in a
    moment would do the same a second time with another key.
    """
    pressed = read_form_key(request) if isinstance(refusal, KeyInProgress) else None
    return pressed or uuid4()
