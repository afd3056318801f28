"""What a seller can be paid now: what it is owed, less what may still have to go back."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

from core import clock
from core.bulk import run_query
from core.money import Money
from ledger.balances import write_balance_sql

# One statement, so one moment: what is settled meanwhile is in all of it or in nothing of it. A share is the
# total less the commission. What is given back of a young sale is out of what is owed already, and the rest
# of it is held; so refunds and disputes count on their own only where the sale itself is free. Of a dispute
# the seller bears what the commission, rounded down, leaves: never less than it will in the end.
# What a merchant collects on an account of its own at the processor is no part of this (decision 0041): its
# attempts say so, and before there is one, the merchant's credential does. Of a sale, the one that captured.
NOT_ELSEWHERE = """NOT EXISTS (
        SELECT FROM charges_attempt a WHERE a.charge_id = c.id AND a.on_own_account
        AND a.state IN ('succeeded', 'returned'))"""
LEAVES_HERE = """NOT COALESCE(
        (SELECT a.on_own_account FROM charges_attempt a WHERE a.charge_id = d.id
         ORDER BY a.number DESC LIMIT 1),
        (SELECT m.sealed_processor_key IS NOT NULL FROM customers_customer u
         JOIN customers_merchant m ON m.id = u.merchant_id WHERE u.id = d.customer_id), false)"""
PARTS = f"""
WITH seller AS (
    SELECT %(seller)s::bigint AS id, %(currency)s::text AS currency, %(free_until)s::timestamptz AS free_until
), owed AS (
    SELECT -{write_balance_sql("a.id")} AS share
    FROM ledger_ledgeraccount a JOIN seller ON a.organization_id = seller.id AND a.currency = seller.currency
    WHERE a.kind = 'seller_payable' AND a.livemode
), young AS (
    SELECT SUM(c.total_minor - c.commission_minor) AS share
    FROM charges_charge c JOIN seller ON c.payee_id = seller.id AND c.currency = seller.currency
    WHERE c.kind = 'charge' AND c.status = 'success' AND NOT c.test AND c.finished_at > seller.free_until
      AND {NOT_ELSEWHERE}
), refunds AS (
    SELECT SUM(r.total_minor - r.commission_minor)
               FILTER (WHERE r.status = 'success' AND c.finished_at > seller.free_until) AS of_young,
           SUM(r.total_minor - r.commission_minor)
               FILTER (WHERE r.status = 'processed' AND c.finished_at <= seller.free_until) AS under_way
    FROM charges_charge r
    JOIN seller ON r.payee_id = seller.id AND r.currency = seller.currency
    JOIN charges_charge c ON c.id = r.refund_of_id
    WHERE r.kind = 'refund' AND NOT r.test AND (r.finished_at > seller.free_until OR r.finished_at IS NULL)
      AND {NOT_ELSEWHERE}
), disbursements AS (
    SELECT SUM(d.total_minor - d.commission_minor) AS under_way
    FROM charges_charge d JOIN seller ON d.payee_id = seller.id AND d.currency = seller.currency
    WHERE d.kind = 'disbursement' AND d.status = 'processed' AND NOT d.test AND d.finished_at IS NULL
      AND {LEAVES_HERE}
), disputes AS (
    SELECT SUM(d.amount_minor - d.commission_minor)
               FILTER (WHERE (d.status = 'lost' OR d.shared_at_opening) AND c.finished_at > seller.free_until)
               AS of_young,
           SUM(d.amount_minor - d.amount_minor * c.commission_percent / 100)
               FILTER (WHERE NOT d.shared_at_opening AND d.status = 'opened'
                             AND c.finished_at <= seller.free_until) AS open
    FROM charges_dispute d
    JOIN charges_charge c ON c.id = d.charge_id
    JOIN seller ON c.payee_id = seller.id AND d.currency = seller.currency
    WHERE d.livemode AND (d.status = 'opened' OR d.status = 'lost' AND d.closed_at > seller.free_until)
)
SELECT COALESCE((SELECT share FROM owed), 0),
       COALESCE(young.share, 0) - COALESCE(refunds.of_young, 0) - COALESCE(disputes.of_young, 0),
       COALESCE(refunds.under_way, 0) + COALESCE(disbursements.under_way, 0),
       COALESCE(disputes.open, 0)
FROM young, refunds, disbursements, disputes
"""


@dataclass(frozen=True, slots=True)
class AvailableBalance:
    """The parts of what a seller can be paid, in cents of one currency.

    `owed_minor` is all that the marketplace owes, without payouts under way, whose sums are locked.
    `held_minor` is what remains of sales that are younger than the hold. `leaving_minor` is on its way back
    to buyers, or out to customers. `disputed_minor` is the seller's share of open disputes.
    """

    currency: str
    owed_minor: int
    held_minor: int
    leaving_minor: int
    disputed_minor: int

    @property
    def available_minor(self) -> int:
        """What can be paid now, in cents; below zero nothing can until sales have made up for it."""
        return self.owed_minor - self.held_minor - self.leaving_minor - self.disputed_minor

    @property
    def available(self) -> Money:
        """What can be paid now, and not less than nothing."""
        return Money(max(self.available_minor, 0), self.currency)


def read_available(*, organization_id: int, currency: str) -> AvailableBalance:
    """Return what a seller can be paid now in a currency, live money only, all as of one moment."""
    free_until = clock.now() - timedelta(days=settings.PAYOUT_HOLD_DAYS)
    said = {"seller": organization_id, "currency": currency, "free_until": free_until}
    [(owed, held, leaving, disputed)] = run_query(PARTS, said)
    return AvailableBalance(currency, int(owed), int(held), int(leaving), int(disputed))
