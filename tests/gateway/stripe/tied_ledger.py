"""Whether the ledger is tied to the list of balance transactions of Stripe's stand-in."""

from django.db.models import Sum

from ledger.models import AccountKind, LedgerAccount, LedgerEntry
from tests.gateway.stripe_stand_in.failures import Json
from tests.gateway.stripe_stand_in.refunds import find_bookings
from tests.gateway.stripe_stand_in.server import StripeStandIn


def list_balance(stand_in: StripeStandIn) -> list[Json]:
    """All pages of Stripe's list of what happened to the balance."""
    found: list[Json] = []
    has_more = True
    while has_more:
        after = {"starting_after": found[-1]["id"]} if found else {}
        page = find_bookings(stand_in.books, {"limit": 100} | after)
        found += page["data"]
        has_more = page["has_more"]
    return found


def read_account(kind: AccountKind, currency: str) -> int:
    """The balance of a live account of the marketplace."""
    accounts = LedgerAccount.objects.filter(kind=kind, currency=currency, livemode=True)
    entries = LedgerEntry.objects.filter(account__in=accounts)
    return int(entries.aggregate(sum=Sum("amount_minor", default=0))["sum"])


def assert_ledger_is_as_told(stand_in: StripeStandIn) -> None:
    """Clearing and fees are, in each currency, what Stripe's list of bookings says."""
    balance = list_balance(stand_in)
    for currency in {each["currency"] for each in balance}:
        told = [each for each in balance if each["currency"] == currency]
        in_ledger = {
            kind: read_account(kind, currency.upper())
            for kind in (AccountKind.BUYER_CLEARING, AccountKind.PROCESSOR_FEES)
        }
        assert in_ledger == {
            AccountKind.BUYER_CLEARING: sum(each["net"] for each in told),
            AccountKind.PROCESSOR_FEES: sum(each["fee"] for each in told),
        }
