"""GoCardless' own client without its repetitions, and what each of its errors proves."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cached_property
from ssl import SSLCertVerificationError
from typing import Any, TypeVar

import requests
from gocardless_pro import errors, services
from gocardless_pro.api_client import ApiClient
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from gateway.base import GatewayError, NotSent

# Seconds to connect, and between two bytes of an answer; together they fit the budget of a call.
TIMEOUT = (3.0, 15.0)
PAGE = 500
# The library counts tries, not repetitions: with 0 it would send nothing.
ONE_TRY = 1
SAYS_NO = (
    errors.AuthenticationError,
    errors.PermissionsError,
    errors.ValidationFailedError,
    errors.InvalidApiUsageError,
    errors.InvalidStateError,
)
# A request that was given up or is still at work may yet be done.
PROVES_NOTHING = (408, 409)
# Its word for a resource that does not exist; an address that does not is another error.
NOT_THERE = "resource_not_found"
# A certificate is checked before anything is sent.
NO_CONNECTION = (ConnectTimeoutError, NewConnectionError, SSLCertVerificationError)
UNREADABLE = (errors.GoCardlessProError, LookupError, TypeError, AttributeError, ValueError)

Result = TypeVar("Result")


class Rejected(NotSent):
    """GoCardless understood the request and did not do it.

    `reasons` are its words for why, and the names of the fields that are wrong.
    """

    def __init__(self, message: str, *, status: int, reasons: frozenset[str]) -> None:
        super().__init__(message)
        self.status = status
        self.reasons = reasons


class AlreadyCreated(GatewayError):
    """The idempotency key has been used: `resource_id` is what was created under it."""

    def __init__(self, resource_id: str) -> None:
        super().__init__(f"already created: {resource_id}")
        self.resource_id = resource_id


class Api:
    """The parts of GoCardless' API that we use, on one account; each call is one request."""

    def __init__(self, base_url: str, access_token: str) -> None:
        self._client = ApiClient(base_url, access_token, timeout=TIMEOUT)

    @cached_property
    def payments(self) -> Any:
        """Debits of a bank account."""
        return self._open(services.PaymentsService)

    @cached_property
    def refunds(self) -> Any:
        """Money given back."""
        return self._open(services.RefundsService)

    @cached_property
    def mandates(self) -> Any:
        """What lets us debit a bank account."""
        return self._open(services.MandatesService)

    @cached_property
    def bank_accounts(self) -> Any:
        """The bank accounts of customers."""
        return self._open(services.CustomerBankAccountsService)

    @cached_property
    def billing_requests(self) -> Any:
        """What a customer is asked to fill in."""
        return self._open(services.BillingRequestsService)

    @cached_property
    def flows(self) -> Any:
        """The pages on which they do."""
        return self._open(services.BillingRequestFlowsService)

    @cached_property
    def events(self) -> Any:
        """What happened, and why."""
        return self._open(services.EventsService)

    @cached_property
    def payouts(self) -> Any:
        """What GoCardless pays to us."""
        return self._open(services.PayoutsService)

    @cached_property
    def payout_items(self) -> Any:
        """What a payout is made of."""
        return self._open(services.PayoutItemsService)

    def _open(self, service: Callable[..., Any]) -> Any:
        return service(self._client, ONE_TRY, 0.0, raise_on_idempotency_conflict=True)


def create_once(service: Any, params: dict[str, Any], *, key: str) -> dict[str, Any]:
    """Create a resource, or return the one that was created under this key before.

    Raises NotSent when this request provably did nothing, else GatewayError.
    """
    try:
        return read_one(lambda: service.create(params=params, headers={"Idempotency-Key": key}))
    except AlreadyCreated as conflict:
        identity = conflict.resource_id
    return unproven(lambda: read_one(lambda: service.get(identity)))


def find_one(service: Any, identity: str) -> dict[str, Any] | None:
    """Return a resource, None when there is none of this name. Raises GatewayError."""
    try:
        return read_one(lambda: service.get(identity))
    except Rejected as refusal:
        if NOT_THERE in refusal.reasons:
            return None
        raise


def read_one(call: Callable[[], Any]) -> dict[str, Any]:
    """Return the attributes of the resource that a call answers with. Raises GatewayError."""
    attributes: object = ask(lambda: call().attributes)
    if not isinstance(attributes, dict) or not isinstance(attributes.get("id"), str):
        raise GatewayError("GoCardless answered with something else than a resource.")
    return attributes


def read_all(service: Any, params: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Return the attributes of all resources of a list, newest first. Raises GatewayError.

    What hangs on something that GoCardless does not know is an empty list.
    """
    after: str | None = None
    while True:
        records, after = _read_page(service, params | {"limit": PAGE} | ({"after": after} if after else {}))
        yield from records
        if not after:
            return


def unproven(call: Callable[[], Result]) -> Result:
    """Make a call after which NotSent would be no proof, as another request went before it."""
    try:
        return call()
    except NotSent as exc:
        raise GatewayError(str(exc)) from exc


def write_instant(instant: datetime) -> str:
    """Return an instant (UTC) as GoCardless' filters take it."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def ask(call: Callable[[], Result]) -> Result:
    """Make one request. Raises NotSent, AlreadyCreated, or GatewayError for an unknown outcome."""
    try:
        return call()
    except requests.RequestException as exc:
        if _never_connected(exc):
            raise NotSent(f"no connection to GoCardless: {type(exc).__name__}") from exc
        raise GatewayError(f"no answer from GoCardless: {type(exc).__name__}") from exc
    except errors.ApiError as exc:
        raise _read_error(exc) from None
    except UNREADABLE as exc:
        # The library's error may show a part of the answer, which is not for the log.
        raise GatewayError(f"unreadable answer: {type(exc).__name__}") from None


def _read_page(service: Any, params: dict[str, Any]) -> tuple[list[dict[str, Any]], str | None]:
    """Return the resources of one page and where the next one begins."""

    def read() -> tuple[list[dict[str, Any]], str | None]:
        page = service.list(params=params)
        return [dict(record.attributes) for record in page.records], page.after

    try:
        return ask(read)
    except Rejected as refusal:
        if NOT_THERE in refusal.reasons:
            return [], None
        raise


def _never_connected(exc: BaseException) -> bool:
    """Say whether no connection came about, which includes names that do not resolve."""
    causes = (*exc.args, exc.__cause__, getattr(exc, "reason", None))
    return isinstance(exc, NO_CONNECTION) or any(
        _never_connected(each) for each in causes if isinstance(each, BaseException)
    )


def _read_error(exc: errors.ApiError) -> GatewayError:
    status, details = _read_status(exc), _read_details(exc)
    message = str(exc.message)[:200]
    created = _find_conflict(details)
    if created:
        return AlreadyCreated(created)
    if isinstance(exc, errors.RateLimitError):
        return NotSent("GoCardless takes no more requests for now.")
    if isinstance(exc, SAYS_NO) and 400 <= status < 500 and status not in PROVES_NOTHING:
        reasons = frozenset(str(detail.get(name)) for detail in details for name in ("reason", "field"))
        return Rejected(message, status=status, reasons=reasons)
    return GatewayError(f"GoCardless failed with {status}: {message}")


def _read_status(exc: errors.ApiError) -> int:
    return exc.code if isinstance(exc.code, int) else 0


def _read_details(exc: errors.ApiError) -> list[dict[str, Any]]:
    details = exc.errors if isinstance(exc.errors, list) else []
    return [detail for detail in details if isinstance(detail, dict)]


def _find_conflict(details: list[dict[str, Any]]) -> str:
    """Return what was created under the idempotency key of a request, empty when it was not used."""
    for detail in details:
        links = detail.get("links")
        if isinstance(links, dict) and detail.get("reason") == "idempotent_creation_conflict":
            return str(links.get("conflicting_resource_id") or "")
    return ""
