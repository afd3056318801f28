"""Contexts of the pages about payouts: what can be paid in each currency, where to, and what was paid."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Self
from uuid import UUID

from django.conf import settings
from django.db.models import Subquery
from django.utils.translation import gettext as _

from checkout.refusals import describe_refusal
from core import clock
from core.local_formats import write_money
from core.money import Money
from ledger.balances import list_seller_currencies
from payouts.accounts import find_account, payable_from
from payouts.available import AvailableBalance, read_available
from payouts.errors import PayoutAccountMissing, PayoutAccountTooNew, PayoutTooSmall
from payouts.models import UNSENT, Payout, PayoutAccount
from payouts.request import find_minimum

SHOWN = 20


@dataclass(frozen=True, slots=True)
class BalanceLine:
    """What can be paid in one currency, line by line, and whether it can be asked for now."""

    balance: AvailableBalance
    account: PayoutAccount | None

    @property
    def parts(self) -> list[tuple[str, str]]:
        """The words and the amount of each line; what is not zero is taken off."""
        taken = [
            (_("Recent sales, still on hold"), self.balance.held_minor),
            (_("On its way back to buyers, or out to customers"), self.balance.leaving_minor),
            (_("Your share of open disputes"), self.balance.disputed_minor),
        ]
        lines = [(_("Owed to you"), self.balance.owed_minor)]
        return [(words, self._write(cents)) for words, cents in [*lines, *((w, -c) for w, c in taken if c)]]

    @property
    def available(self) -> str:
        """What can be paid now."""
        return self._write(self.balance.available_minor)

    @property
    def units(self) -> Decimal:
        """What can be paid now, as it is written into a form."""
        return self.balance.available.units

    @property
    def trouble(self) -> str:
        """Why nothing can be asked for now; nothing if it can."""
        least = find_minimum(self.balance.currency)
        if self.account is None:
            return describe_refusal(PayoutAccountMissing())
        begin = payable_from(self.account)
        if clock.now() < begin:
            return describe_refusal(PayoutAccountTooNew(begin))
        if self.balance.available_minor < least.amount_minor:
            return describe_refusal(PayoutTooSmall(least))
        return ""

    def _write(self, cents: int) -> str:
        return write_money(Money(cents, self.balance.currency))


@dataclass(frozen=True, slots=True)
class PayoutLine:
    """One payout with its amount in words."""

    payout: Payout
    amount: str

    @property
    def is_stoppable(self) -> bool:
        """Say whether it can still be taken back."""
        return self.payout.status in UNSENT


@dataclass(frozen=True, slots=True)
class PayoutsPage:
    """Balances by currency and some payouts of an organisation; behind `older` there are more."""

    balances: list[BalanceLine]
    payouts: list[PayoutLine]
    older: UUID | None = None

    @classmethod
    def of(cls, organization_id: int, *, before: UUID | None = None) -> Self:
        """Read them: the newest payouts, or those from behind one on."""
        currencies = list_seller_currencies(organization_id) or [settings.DEFAULT_CURRENCY]
        found = _list_payouts(organization_id, before)
        return cls(
            balances=[
                BalanceLine(
                    read_available(organization_id=organization_id, currency=currency),
                    find_account(organization_id=organization_id, currency=currency),
                )
                for currency in currencies
            ],
            payouts=[PayoutLine(payout, write_money(payout.money)) for payout in found[:SHOWN]],
            older=found[SHOWN - 1].public_id if len(found) > SHOWN else None,
        )


def _list_payouts(organization_id: int, before: UUID | None) -> list[Payout]:
    """Return the payouts of a page and the next one, newest first."""
    own = Payout.objects.filter(organization=organization_id)
    found = own.select_related("account").order_by("-pk")
    if before is not None:
        found = found.filter(pk__lt=Subquery(own.filter(public_id=before).values("pk")))
    return list(found[: SHOWN + 1])
