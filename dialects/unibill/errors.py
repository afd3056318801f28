"""Errors of the UniBill dialect: one table from refusal to status and failure code, and one shape.

The letters are the gateway's categories: E connectivity, L login, F formatting, V verification,
O configuration, U unsupported action. The numbers are ours, but for L04, which the gateway has for raw
account data where it is not allowed. What each means is in docs/dialects/unibill.md.
"""

import math
from collections.abc import Mapping

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from rest_framework.exceptions import (
    APIException,
    MethodNotAllowed,
    Throttled,
    UnsupportedMediaType,
    ValidationError,
)

from charges import errors as charges
from core.errors import BillingError, CodeTaken, InvalidField
from customers import errors as customers
from dialects.base import ErrorTable
from dialects.unibill.formats import RENDERERS, choose_content_type, choose_renderer
from dialects.unibill.records import Record
from ledger import errors as ledger
from subscriptions import errors as subscriptions

NO_ACTION, NO_METHOD, NO_PATH = "U01", "U02", "U03"
LATER = (
    *(customers.KeyInProgress, customers.TooManyFailures),
    *(charges.ProcessorBusy, charges.TooManyCards),
)
HEADERS = {"Cache-Control": "no-store", "Vary": "Accept"}
CHALLENGE = 'Basic realm="billing"'


class ObjectNotFound(BillingError):
    """There is no such object."""


class AmbiguousCode(BillingError):
    """Objects of several merchant accounts have this code; use the id."""


class UnknownReference(InvalidField):
    """A field refers to something that does not exist, or that is not this caller's."""

    def __init__(self, field: str) -> None:
        super().__init__(field, "refers to nothing that exists here")


class TypeNotEntered(InvalidField):
    """Transactions of this type are not entered: they come about by billing, or by reversing another."""

    def __init__(self) -> None:
        reason = "is one that comes about by billing, at the bank, in collections, or by reversing another"
        super().__init__("type", reason)


class RefundDeclined(BillingError):
    """The refund was declined; the payment stands."""


class OutcomeUnknown(BillingError):
    """It is not known yet whether money moved."""

    def __init__(self, payment: str) -> None:
        super().__init__(
            "It is not known yet whether money moved. Do not send it anew: once it is known, ~find shows it"
            f" as a transaction with gatewayTransactionId {payment} in its processingInfo; so does this call"
            " when it is repeated with the same Idempotency-Key."
        )
        self.payment = payment


# The nearest class of an error's ancestry decides.
ERRORS: ErrorTable = {
    InvalidField: (400, "F01"),
    ValidationError: (400, "F01"),
    APIException: (400, "F02"),
    SuspiciousOperation: (400, "F02"),
    UnreadablePostError: (400, "F02"),
    RequestDataTooBig: (413, "F03"),
    UnsupportedMediaType: (415, "F04"),
    customers.NotAuthenticated: (401, "L01"),
    customers.NotAuthorized: (403, "L02"),
    customers.TooManyFailures: (429, "L03"),
    Throttled: (429, "L03"),
    charges.ProcessorBusy: (429, "L03"),
    charges.TooManyCards: (429, "L03"),
    BillingError: (400, "V01"),
    ObjectNotFound: (404, "V02"),
    Http404: (404, "V02"),
    customers.UnknownMerchant: (400, "V03"),
    AmbiguousCode: (409, "V04"),
    customers.KeyInProgress: (409, "V05"),
    customers.KeyReusedDifferently: (409, "V06"),
    CodeTaken: (409, "V07"),
    charges.WrongState: (409, "V08"),
    UnknownReference: (400, "V09"),
    charges.RefundedAlready: (409, "V10"),
    ledger.AlreadyReversed: (409, "V10"),
    TypeNotEntered: (400, "V11"),
    RefundDeclined: (409, "V12"),
    customers.CustomerNotFound: (404, "V02"),
    customers.PaymentOptionNotFound: (404, "V02"),
    charges.ChargeNotFound: (404, "V02"),
    subscriptions.PlanNotFound: (404, "V02"),
    subscriptions.SubscriptionNotFound: (404, "V02"),
    charges.ProcessorUnavailable: (503, "E02"),
    OutcomeUnknown: (202, "E03"),
    ledger.NotReversible: (409, "U04"),
    customers.NoPaymentOption: (409, "O01"),
    MethodNotAllowed: (405, NO_METHOD),
}
# What is refused before any view, or where there is none, by status.
REFUSALS: Mapping[int, str] = {
    400: "F02",
    403: "L02",
    404: NO_PATH,
    411: "F05",
    413: "F03",
    500: "E01",
    503: "E01",
}


def make_error(code: str, message: str, field: str | None = None, payment: str | None = None) -> Record:
    """Return an error as UniBill's clients read it; `field` is what it is about, if it is one field.

    `payment` is what to look for when the outcome is known.
    """
    return Record(
        "error",
        {"failureCode": code, "message": message, "field": field, "gatewayTransactionId": payment},
    )


def find_payment(error: Exception) -> str | None:
    """Return which payment an error is about, if it is about one whose outcome is to come."""
    return error.payment if isinstance(error, OutcomeUnknown) else None


def build_headers(status: int, error: Exception) -> dict[str, str]:
    """Return what HTTP wants said beside the body: how to log in, when to come back."""
    headers = {"WWW-Authenticate": CHALLENGE} if status == 401 else {}
    if isinstance(error, LATER):
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, Throttled):
        headers["Retry-After"] = str(math.ceil(getattr(error, "wait", None) or 1))
    return headers


def describe_error(error: Exception) -> tuple[str, str | None]:
    """Return the sentence of an error and, where it is about one, the field under our name."""
    if isinstance(error, InvalidField):
        return str(error), error.field
    if isinstance(error, CodeTaken):
        return "is taken", "code"
    if isinstance(error, ValidationError) and isinstance(error.detail, dict):
        field, reasons = next(iter(error.detail.items()))
        return str(next(iter(reasons))), str(field)
    if isinstance(error, BillingError | APIException) or (isinstance(error, Http404) and str(error)):
        return str(error), None
    return "The request cannot be read.", None


def render_refusal(request: HttpRequest, status: int, message: str, code: str = "") -> HttpResponse:
    """Return a refusal from outside of the views, in the format that is asked for."""
    renderer = choose_renderer(request, [renderer() for renderer in RENDERERS])
    content = renderer.render(make_error(code or REFUSALS[status], message))
    return HttpResponse(content, choose_content_type(renderer), status, headers=HEADERS)
