"""What an exception of Stripe's client proves: that nothing was sent, that Stripe refused, or nothing.

docs/processors.md has the table; each line was tried against a server that misbehaves.
"""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
import stripe
import structlog
from urllib3.exceptions import MaxRetryError, NewConnectionError, SSLError

from gateway.base import GatewayError, NotSent

log = structlog.get_logger(__name__)

UNREADABLE = "Stripe's answer cannot be read."


class Refused(GatewayError):
    """Stripe did not carry out a request (4xx), and says why in `status`, `code`, `param` and `details`."""

    def __init__(self, status: int, details: dict[str, Any], request_id: str = "") -> None:
        # What Stripe says of a wrong key shows the end of it.
        message = "Stripe does not take the API key." if status == 401 else details.get("message")
        super().__init__(message or f"Stripe answered {status}.")
        self.status = status
        self.details = details
        self.code: str = details.get("code") or ""
        self.param: str = details.get("param") or ""
        self.request_id = request_id


class FailureReplayed(GatewayError):
    """Stripe failed (5xx) when this idempotency key came first, and repeats it while it knows the key."""


def translate(error: stripe.StripeError) -> GatewayError:
    """Return what an exception proves, as one of ours."""
    if isinstance(error, stripe.APIConnectionError):
        cause = error.__cause__
        kind = type(cause).__name__
        return NotSent(f"Stripe was not reached ({kind}).") if _never_left(cause) else GatewayError(kind)
    details = _read_details(error)
    status = error.http_status or 0
    if isinstance(error, stripe.RateLimitError) and details.get("code") != "lock_timeout":
        return NotSent("Stripe takes no more requests for the moment.")
    if isinstance(
        error,
        stripe.CardError | stripe.InvalidRequestError | stripe.AuthenticationError | stripe.PermissionError,
    ):
        return Refused(status, details, error.request_id or "")
    message = f"Stripe answered {status}: {details.get('message') or UNREADABLE}"
    replayed = status >= 500 and (error.headers or {}).get("Idempotent-Replayed") == "true"
    return FailureReplayed(message) if replayed else GatewayError(message)


@contextmanager
def alarm_of_refusals(operation: str, subject: str) -> Iterator[None]:
    """Turn a refusal that no code expected into NotSent, and tell the operator: a setting or we are wrong."""
    try:
        yield
    except Refused as refused:
        log.error(
            "Stripe refused a request",
            operation=operation,
            subject=subject,
            status=refused.status,
            code=refused.code,
            param=refused.param,
            error=str(refused),
            request=refused.request_id,
        )
        raise NotSent(str(refused)) from None


def _never_left(cause: BaseException | None) -> bool:
    """Say whether no connection was made: then nothing can have been sent on it."""
    if isinstance(cause, requests.exceptions.ConnectTimeout):
        return True
    reason = cause.args[0] if isinstance(cause, requests.exceptions.ConnectionError) and cause.args else None
    if not isinstance(reason, MaxRetryError):
        return False
    if isinstance(reason.reason, SSLError):
        return any(isinstance(each, ssl.SSLCertVerificationError) for each in reason.reason.args)
    return isinstance(reason.reason, NewConnectionError)


def _read_details(error: stripe.StripeError) -> dict[str, Any]:
    body = error.json_body
    details = body.get("error") if isinstance(body, dict) else None
    return details if isinstance(details, dict) else {}
