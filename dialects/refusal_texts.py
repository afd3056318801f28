"""The short text of a refusal for the request log: what is wrong, without what was sent."""

from django.core.exceptions import RequestDataTooBig
from django.http import Http404
from rest_framework.exceptions import APIException, ValidationError

from core.errors import BillingError, InvalidField
from customers.errors import NotAuthenticated, UnknownApiKey

# Their messages may name the credentials that were sent; the classes say enough.
OF_STRANGERS = (NotAuthenticated, UnknownApiKey)


def write_refusal(error: Exception) -> str:
    """Return one line; the log leaves out of it what it quotes."""
    for kind in OF_STRANGERS:
        if isinstance(error, kind):
            return str(kind())
    if isinstance(error, InvalidField):
        return f"{error.field}: {error}"
    if isinstance(error, ValidationError) and isinstance(error.detail, dict):
        return "; ".join(f"{field}: {next(iter(reasons))}" for field, reasons in error.detail.items())
    if isinstance(error, RequestDataTooBig):
        return "The body is too large."
    if isinstance(error, Http404):
        return "There is no such thing."
    return str(error) if isinstance(error, BillingError | APIException) else "The request cannot be read."
