"""Steps with payouts that several tests take."""

from ledger.balances import read_balance
from ledger.models import LedgerAccount
from operations.factories import UserFactory
from payouts.models import Payout
from payouts.request import Requester, request_payout


def ask(seller, cents=None, *, user=None, currency="EUR", **said) -> Payout:
    """Staff ask for a payout of so many cents; without them, of all that is available."""
    return request_payout(
        organization_id=seller.pk,
        currency=currency,
        amount_minor=cents,
        requester=Requester.of_staff(user or UserFactory(staff=True)),
        reason=said.pop("reason", "Asked for on the phone."),
        **said,
    )


def fetch(payout) -> Payout:
    """The payout as it is in the database now."""
    return Payout.objects.get(pk=payout.pk)


def balances() -> dict[str, int]:
    """Cents on each kind of account of live money; what is zero is left out."""
    accounts = LedgerAccount.objects.filter(livemode=True)
    found = {pk: read_balance(pk) for pk in accounts.values_list("pk", flat=True)}
    totals: dict[str, int] = {}
    for account in accounts:
        totals[account.kind] = totals.get(account.kind, 0) + found[account.pk]
    return {kind: total for kind, total in totals.items() if total}


def history(payout) -> list[str]:
    """The statuses that a payout has come to."""
    return list(payout.history.values_list("to_status", flat=True))
