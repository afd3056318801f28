"""A seller's money as a clerk would note it down: plain sums, without any code of the server."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from payouts.available import AvailableBalance

DECIMALS = {"EUR": 2, "JPY": 0, "KWD": 3}
HOLD = timedelta(days=7)
# The states of a dispute in which the seller and the marketplace have given back their shares.
BORNE = ("opened", "lost")
UNDER_WAY, GONE = ("asked", "unknown"), ("returned", "rejected", "cancelled")


@dataclass
class Back:
    """Cents of a sale that go back, the marketplace's share of them, and how far that is."""

    id: str
    amount: int
    commission: int
    state: str
    fee: int = 0
    lost_at: datetime | None = None  # When the processor was asked and the request was lost.

    @property
    def share(self) -> int:
        return self.amount - self.commission


@dataclass
class Sale:
    """A sale as a clerk notes it down, in cents."""

    pk: int
    currency: str
    percent: int
    total: int
    at: datetime
    refunds: list[Back] = field(default_factory=list)
    disputes: list[Back] = field(default_factory=list)

    def count_commission(self, cents: int) -> int:
        return (cents * self.percent + 50) // 100

    @property
    def share(self) -> int:
        return self.total - self.count_commission(self.total)

    @property
    def left(self) -> int:
        gone = [*self.pick("refunds", "asked", "unknown", "paid"), *self.pick("disputes", "opened", "lost")]
        return self.total - sum(each.amount for each in gone)

    def pick(self, kind: str, *states: str) -> list[Back]:
        return [each for each in getattr(self, kind) if each.state in states]

    def share_commission(self, cents: int) -> int:
        """The marketplace's part of what goes back now, so that all parts add up to that of their sum."""
        before = [*self.pick("refunds", "asked", "unknown", "paid"), *self.pick("disputes", *BORNE)]
        wanted = self.count_commission(sum(each.amount for each in before) + cents)
        return min(max(wanted - sum(each.commission for each in before), 0), cents)

    def given_back(self) -> list[Back]:
        return [*self.pick("refunds", "paid"), *self.pick("disputes", *BORNE)]

    def move(self, dispute: Back, state: str) -> None:
        if state in BORNE and dispute.state not in BORNE:
            dispute.commission = self.share_commission(dispute.amount)
        dispute.state = state


@dataclass
class Payment:
    """A payout as a clerk notes it down."""

    pk: int
    currency: str
    amount: int
    state: str


@dataclass
class Notes:
    """All that the clerk has noted down."""

    sales: list[Sale] = field(default_factory=list)
    payouts: list[Payment] = field(default_factory=list)

    def find_refunds(self, *states: str) -> list[Back]:
        return [
            each
            for sale in self.sales
            for each in (sale.pick("refunds", *states) if states else sale.refunds)
        ]

    def count_available(self, currency: str, now: datetime) -> AvailableBalance:
        sales = [sale for sale in self.sales if sale.currency == currency]
        young = [sale for sale in sales if now - sale.at < HOLD]
        free = [sale for sale in sales if sale not in young]
        under_way = [each for sale in free for each in sale.pick("refunds", *UNDER_WAY)]
        opened = [
            each.amount - each.amount * sale.percent // 100
            for sale in free
            for each in sale.pick("disputes", "opened")
            if "opened" not in BORNE
        ]
        return AvailableBalance(
            currency,
            owed_minor=-self.count_books(currency)["seller_payable"],
            held_minor=sum(sale.share - sum(each.share for each in sale.given_back()) for sale in young),
            leaving_minor=sum(each.share for each in under_way),
            disputed_minor=sum(opened),
        )

    def count_books(self, currency: str) -> dict[str, int]:
        """Cents on each account, debit positive."""
        sales = [sale for sale in self.sales if sale.currency == currency]
        back = [each for sale in sales for each in sale.given_back()]
        paid = sum(each.amount for sale in sales for each in sale.pick("refunds", "paid"))
        taken = sum(each.amount for sale in sales for each in sale.pick("disputes", "opened", "lost"))
        fees = sum(each.fee for sale in sales for each in sale.disputes)
        payouts = [each for each in self.payouts if each.currency == currency and each.state not in GONE]
        settled = sum(each.amount for each in payouts if each.state == "settled")
        commission = sum(sale.total - sale.share for sale in sales) - sum(each.commission for each in back)
        shares = sum(sale.share for sale in sales) - sum(each.share for each in back)
        locked = sum(each.amount for each in payouts)
        opened = [each for sale in sales for each in sale.pick("disputes", "opened") if "opened" not in BORNE]
        return {
            "buyer_clearing": sum(sale.total for sale in sales) - paid - taken - fees - settled,
            "seller_payable": locked + fees - shares,
            "commission_revenue": -commission,
            "disputed": sum(each.amount for each in opened),
            "payouts_in_transit": settled - locked,
        }
