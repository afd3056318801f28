"""Which function answers which method and path."""

import re
from collections.abc import Callable

from tests.gateway.stripe_stand_in import cards, disputes, intents, refunds
from tests.gateway.stripe_stand_in.failures import Failure, Json

NAME = "([A-Za-z0-9_]+)"
ROUTES: dict[str, Callable[..., Json]] = {
    "POST /v1/customers": cards.create_customer,
    f"GET /v1/customers/{NAME}": cards.retrieve_customer,
    f"POST /v1/customers/{NAME}": cards.update_customer,
    "GET /v1/payment_methods": cards.find_methods,
    f"GET /v1/payment_methods/{NAME}": cards.retrieve_method,
    f"POST /v1/payment_methods/{NAME}": cards.update_method,
    f"POST /v1/payment_methods/{NAME}/attach": cards.attach_method,
    f"POST /v1/payment_methods/{NAME}/detach": cards.detach_method,
    "POST /v1/checkout/sessions": cards.create_session,
    f"GET /v1/checkout/sessions/{NAME}": cards.retrieve_session,
    "GET /v1/payment_intents": intents.find,
    "POST /v1/payment_intents": intents.create,
    f"GET /v1/payment_intents/{NAME}": intents.retrieve,
    f"POST /v1/payment_intents/{NAME}/confirm": intents.confirm,
    f"POST /v1/payment_intents/{NAME}/cancel": intents.cancel,
    "GET /v1/refunds": refunds.find,
    "POST /v1/refunds": refunds.create,
    "GET /v1/transfers": refunds.find_transfers,
    "POST /v1/transfers": refunds.transfer,
    "GET /v1/balance_transactions": refunds.find_bookings,
    "GET /v1/disputes": disputes.find,
    f"GET /v1/disputes/{NAME}": disputes.retrieve,
    f"POST /v1/disputes/{NAME}": disputes.update,
}
PATTERNS = {re.compile(route): work for route, work in ROUTES.items()}


def find_work(request: str) -> tuple[Callable[..., Json], tuple[str, ...]]:
    """Return what answers a request such as "GET /v1/refunds", and the names in its path. Raises Failure."""
    for pattern, work in PATTERNS.items():
        if found := pattern.fullmatch(request):
            return work, found.groups()
    raise Failure(404, message=f"Unrecognized request URL ({request}).")
