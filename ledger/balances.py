"""Reading and rolling up balances: exact at any moment, whatever is being posted.

Design and measurements: docs/decisions/0003-ledger-balances.md.
"""

from django.db import connection, models, transaction

from core.transaction_ids import HORIZON
from ledger.models import AccountKind, LedgerAccount, LedgerEntry, RollUpMark

ROLL_UP = """
INSERT INTO ledger_balancesnapshot (account_id, balance_minor)
SELECT account_id, SUM(amount_minor) FROM ledger_ledgerentry
WHERE xact >= %(start)s AND xact < %(end)s
GROUP BY account_id ORDER BY account_id
ON CONFLICT (account_id) DO UPDATE
SET balance_minor = ledger_balancesnapshot.balance_minor + EXCLUDED.balance_minor
"""
MARK_AND_HORIZON = f"""
SELECT xact, {HORIZON} FROM ledger_rollupmark WHERE id = 1
FOR UPDATE SKIP LOCKED
"""

MARK_AND_SNAPSHOT = """
SELECT COALESCE((SELECT xact FROM ledger_rollupmark WHERE id = 1), 0),
       COALESCE((SELECT balance_minor FROM ledger_balancesnapshot WHERE account_id = %s), 0)
"""


def write_balance_sql(account: str) -> str:
    """Return SQL for the balance (cents, debit positive) of the ledger account with this id, a column."""
    return f"""(
        COALESCE((SELECT s.balance_minor FROM ledger_balancesnapshot s WHERE s.account_id = {account}), 0)
        + COALESCE((SELECT SUM(e.amount_minor) FROM ledger_ledgerentry e WHERE e.account_id = {account}
            AND e.xact >= COALESCE((SELECT m.xact FROM ledger_rollupmark m WHERE m.id = 1), 0)), 0))"""


def read_balance(account_id: int) -> int:
    """Return the balance of a ledger account in cents, debit positive.

    The mark and the snapshot are read in one statement, the tail after it from that very mark: entries
    are never removed, so a roll-up in between changes nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute(MARK_AND_SNAPSHOT, [account_id])
        mark, snapshot = cursor.fetchone()
    tail = LedgerEntry.objects.filter(account_id=account_id, xact__gte=mark).aggregate(
        total=models.Sum("amount_minor", default=0)
    )
    return int(snapshot) + int(tail["total"])


def list_seller_currencies(organization_id: int) -> list[str]:
    """Return the currencies in which a seller was ever owed live money, by their codes."""
    accounts = LedgerAccount.objects.filter(
        kind=AccountKind.SELLER_PAYABLE, organization_id=organization_id, livemode=True
    )
    return list(accounts.order_by("currency").values_list("currency", flat=True))


def read_seller_balance(*, organization_id: int, currency: str, livemode: bool = True) -> int:
    """Return what the marketplace owes a seller, in cents; 0 for one that never sold."""
    account = LedgerAccount.objects.filter(
        kind=AccountKind.SELLER_PAYABLE,
        organization_id=organization_id,
        currency=currency,
        livemode=livemode,
    ).first()
    return -read_balance(account.pk) if account else 0


@transaction.atomic(durable=True)
def roll_up_balances() -> bool:
    """Move every entry of finished transactions from the tails into the snapshots.

    Returns False when another roll-up is at it. Three statements, because one with a locking CTE
    sees the mark as already changed by itself and moves nothing.
    """
    RollUpMark.objects.get_or_create(id=1)
    with connection.cursor() as cursor:
        cursor.execute(MARK_AND_HORIZON)
        row = cursor.fetchone()
        if row is None:
            return False
        start, end = row
        if end > start:
            cursor.execute(ROLL_UP, {"start": start, "end": end})
            cursor.execute("UPDATE ledger_rollupmark SET xact = %s WHERE id = 1", [end])
    return True
