"""Errors of the Text dialect: one table from refusal to status and word, and one shape."""

import math
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404
from django.http.request import UnreadablePostError
from rest_framework.exceptions import (
    APIException,
    MethodNotAllowed,
    Throttled,
    UnsupportedMediaType,
    ValidationError,
)
from rest_framework.response import Response

from approvals.errors import AlreadyRequested
from bookkeeping.errors import StatementNotFound
from charges import errors as charges
from core.errors import BillingError, InvalidField
from customers import errors as customers
from dialects.base import DialectViewSet, ErrorTable
from invoicing.errors import PaperNotFound
from payouts import errors as payouts
from subscriptions.errors import AlreadySubscribed, SubscriptionNotFound
from testmode import errors as testmode
from webhooks.errors import DeliveryNotFound, EndpointNotFound, TooManyEndpoints, TooManyTests

# The nearest class of an error's ancestry decides.
ERRORS: ErrorTable = {
    InvalidField: (400, "validation"),
    ValidationError: (400, "validation"),
    customers.InvalidIdempotencyKey: (400, "validation"),
    SuspiciousOperation: (400, "validation"),
    UnreadablePostError: (400, "validation"),
    APIException: (400, "validation"),
    customers.NotAuthenticated: (401, "authentication"),
    customers.NotAuthorized: (403, "authorization"),
    charges.ConsentNotYours: (403, "authorization"),
    charges.ChargeNotFound: (404, "not_found"),
    charges.RefundNotFound: (404, "not_found"),
    SubscriptionNotFound: (404, "not_found"),
    customers.PaymentOptionNotFound: (404, "not_found"),
    customers.CardEntryNotFound: (404, "not_found"),
    payouts.PayoutNotFound: (404, "not_found"),
    EndpointNotFound: (404, "not_found"),
    DeliveryNotFound: (404, "not_found"),
    StatementNotFound: (404, "not_found"),
    PaperNotFound: (404, "not_found"),
    testmode.UnknownTestBuyer: (404, "not_found"),
    Http404: (404, "not_found"),
    MethodNotAllowed: (405, "validation"),
    charges.TermsChanged: (409, "conflict"),
    AlreadySubscribed: (409, "conflict"),
    AlreadyRequested: (409, "conflict"),
    customers.KeyInProgress: (409, "conflict"),
    testmode.ClockIsAdvancing: (409, "conflict"),
    RequestDataTooBig: (413, "too_large"),
    UnsupportedMediaType: (415, "validation"),
    charges.WrongState: (422, "wrong_state"),
    charges.ChargeExpired: (422, "wrong_state"),
    charges.AcceptanceLapsed: (422, "wrong_state"),
    charges.ChargeInDispute: (422, "wrong_state"),
    charges.RefundedAlready: (422, "wrong_state"),
    payouts.WrongPayoutState: (422, "wrong_state"),
    payouts.BalanceTooLow: (422, "wrong_state"),
    payouts.PayoutAccountMissing: (422, "wrong_state"),
    payouts.PayoutAccountTooNew: (422, "wrong_state"),
    customers.NoPaymentOption: (422, "wrong_state"),
    customers.CardInUse: (422, "wrong_state"),
    customers.CardIsTheSellers: (422, "wrong_state"),
    customers.CardNotEntered: (422, "wrong_state"),
    customers.KeyReusedDifferently: (422, "conflict"),
    TooManyEndpoints: (422, "wrong_state"),
    testmode.AdvanceTooLong: (422, "wrong_state"),
    testmode.NothingToCome: (422, "wrong_state"),
    BillingError: (422, "validation"),
    customers.TooManyCardEntries: (429, "rate_limited"),
    TooManyTests: (429, "rate_limited"),
    testmode.TooManyTestBuyers: (429, "rate_limited"),
    Throttled: (429, "rate_limited"),
    charges.ProcessorBusy: (503, "internal"),
    charges.ProcessorUnavailable: (503, "internal"),
}
# Text's names of what the services call otherwise.
FIELDS: Mapping[str, str] = {"price_minor": "price", "amount_minor": "amount", "interval": "months"}
CHALLENGE = 'Bearer realm="billing"'


class TextViewSet(DialectViewSet):
    """A view of the Text dialect: `{"error": {"type", "message", "details"}}` for every refusal."""

    errors = ERRORS

    def render_error(self, status: int, kind: str, error: Exception) -> Response:
        """Return the error as Text's clients read it."""
        message, details = describe_error(status, error)
        body = {"error": {"type": kind, "message": message, "details": details}}
        return Response(body, status=status, headers=build_headers(status, error))


def build_headers(status: int, error: Exception) -> dict[str, str]:
    """Return what HTTP wants said beside the body: how to log in, when to come back."""
    headers = {"WWW-Authenticate": CHALLENGE} if status == 401 else {}
    wait = getattr(error, "wait" if isinstance(error, Throttled) else "retry_after", None)
    if wait is not None:
        headers["Retry-After"] = str(math.ceil(wait))
    return headers


def describe_error(status: int, error: Exception) -> tuple[str, dict[str, Any]]:
    """Return the sentence and the details of an error; for fields, which ones and why."""
    if isinstance(error, InvalidField):
        field = FIELDS.get(error.field, error.field)
        return f"{field}: {error}", {field: str(error)}
    if isinstance(error, ValidationError) and isinstance(error.detail, dict):
        fields = {field: str(next(iter(reasons))) for field, reasons in error.detail.items()}
        return "; ".join(f"{field}: {reason}" for field, reason in fields.items()), fields
    if isinstance(error, BillingError):
        return str(error), error.details
    if isinstance(error, RequestDataTooBig):
        return f"The body must not exceed {settings.DATA_UPLOAD_MAX_MEMORY_SIZE} bytes.", {}
    if isinstance(error, APIException):
        return str(error), {}
    return str(error) if isinstance(error, Http404) else "The request cannot be read.", {}
