"""Errors of the Billy dialect: a status and a short text, as HTML if the client takes HTML."""

import math
from collections.abc import Iterable, Mapping
from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.utils.html import escape
from rest_framework.exceptions import APIException, Throttled, ValidationError

from charges.errors import ProcessorBusy, TooManyCards, WrongState
from core.card_numbers import mask_card_numbers
from core.errors import BillingError, InvalidField
from customers import errors as customers
from dialects.base import ErrorTable
from dialects.billy.instants import explain_past
from dialects.billy.records import NoSuchRecord, NotYourRecord
from subscriptions import errors as subscriptions

# The nearest class of an error's ancestry decides. The words, if any, are Billy's instead of the error's.
ERRORS: ErrorTable = {
    BillingError: (400, ""),
    APIException: (400, ""),
    SuspiciousOperation: (400, "The request cannot be read."),
    UnreadablePostError: (400, "The request cannot be read."),
    WrongState: (400, "Cannot cancel a canceled subscription"),
    customers.CustomerAlreadyDeleted: (400, "Customer {guid} was already deleted"),
    subscriptions.PlanAlreadyDeleted: (400, "Plan {guid} was already deleted"),
    subscriptions.CustomerDeleted: (400, "Cannot subscript to a deleted customer"),
    subscriptions.PlanDeleted: (400, "Cannot subscript to a deleted plan"),
    customers.UnknownApiKey: (403, ""),
    customers.RegistrationClosed: (403, ""),
    customers.InvitationRefused: (403, ""),
    NotYourRecord: (403, ""),
    NoSuchRecord: (404, ""),
    Http404: (404, ""),
    customers.KeyInProgress: (409, ""),
    RequestDataTooBig: (413, f"The body must not exceed {settings.DATA_UPLOAD_MAX_MEMORY_SIZE} bytes."),
    customers.KeyReusedDifferently: (422, ""),
    Throttled: (429, ""),
    ProcessorBusy: (429, ""),
    TooManyCards: (429, ""),
}
# Billy's names of the parameters that the services call otherwise.
PARAMETERS: Mapping[str, str] = {
    "amount_minor": "amount",
    "funding_source": "payment_uri",
    "plan": "plan_guid",
    "price_minor": "amount",
    "processor_reference": "external_id",
    "refund_minor": "refund_amount",
    "starts_at": "started_at",
}
EXPLANATIONS = {
    400: "The server could not comply with the request since it is either malformed or otherwise incorrect.",
    403: "Access was denied to this resource.",
    404: "The resource could not be found.",
    409: "There was a conflict when trying to complete your request.",
    411: "The length of the body has to be announced.",
    413: "The body of your request was too large for this server.",
    422: "The request was understood, but cannot be carried out like this.",
    429: "There were too many requests; wait before the next.",
    500: "The server has either erred or is incapable of performing the requested operation.",
    503: "The server is currently unavailable. It may have done what was asked: look before you repeat it.",
}
TEXT = "{title}\n\n{explanation}\n\n\n{detail}\n\n\n"
PAGE = """<html>
 <head>
  <title>{title}</title>
 </head>
 <body>
  <h1>{title}</h1>
  {explanation}<br/><br/>
{detail}


 </body>
</html>"""


def refuse(request: HttpRequest, status: int, detail: str, **headers: str) -> HttpResponse:
    """Return a refusal as Billy's clients read it; only the status means something to programs.

    Billy repeats what was sent, a card's number excepted.
    """
    accept = request.META.get("HTTP_ACCEPT", "").lower()
    as_page = "html" in accept or "*/*" in accept
    kind = "text/html" if as_page else "text/plain"
    body = write_refusal(status, mask_card_numbers(detail), as_page=as_page)
    return HttpResponse(body, content_type=f"{kind}; charset=UTF-8", status=status, headers=headers)


def write_refusal(status: int, detail: str, *, as_page: bool) -> str:
    """Return the text of a refusal, as HTML or plain."""
    return (PAGE if as_page else TEXT).format(
        title=f"{status} {HTTPStatus(status).phrase}",
        explanation=EXPLANATIONS[status],
        detail=escape(detail) if as_page else detail,
    )


def describe_error(error: Exception) -> str:
    """Return what is wrong; with parameters, every one of them."""
    if isinstance(error, InvalidField):
        return list_errors([(PARAMETERS.get(error.field, error.field), [explain_field(error)])])
    if isinstance(error, ValidationError) and isinstance(error.detail, dict):
        return list_errors((name, list(reasons)) for name, reasons in error.detail.items())
    return str(error)


def explain_field(error: InvalidField) -> str:
    """Return what is wrong with a parameter, in Billy's words where it had some."""
    match error:
        case subscriptions.StartPassed():
            return explain_past(error.starts_at)
        case subscriptions.NoSecondPeriod():
            return "The plan's interval reaches beyond the calendar."
        case subscriptions.RefundTooLarge():
            return f"refund_amount cannot be greater than subscription amount {error.limit_minor}"
    return str(error)


def list_errors(errors: Iterable[tuple[str, Iterable[object]]]) -> str:
    """Return Billy's list of bad parameters and what is wrong with each."""
    parameters = make_list(f"{name}:{make_list(reasons)}" for name, reasons in errors)
    return f"There are errors in following parameters: {parameters}"


def make_list(items: Iterable[object]) -> str:
    """Return items as a list of HTML, which it stays in plain text too."""
    return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"


def build_headers(error: Exception) -> dict[str, str]:
    """Return when to come back, where coming back helps."""
    if isinstance(error, Throttled):
        return {"Retry-After": str(math.ceil(getattr(error, "wait", None) or 1))}
    if isinstance(error, customers.KeyInProgress | ProcessorBusy | TooManyCards):
        return {"Retry-After": str(error.retry_after)}
    return {}
