"""Going on in another cluster of PostgreSQL, after a dump was restored there."""

from django.db import connection, transaction

from core.bulk import run_query
from core.transaction_ids import NEXT, OFFSET, WRITE_OFFSET

# Rows that new ones are put behind, and marks of how far they were read.
LARGEST = """
SELECT GREATEST(
    (SELECT MAX(xact) FROM ledger_ledgerentry), (SELECT MAX(xact) FROM ledger_rollupmark),
    (SELECT MAX(xact) FROM events_event), (SELECT MAX(position_xact) FROM webhooks_endpoint),
    (SELECT MAX(xact) FROM mail_mailposition), (SELECT MAX(xact) FROM invoicing_issuingposition),
    (SELECT MAX(GREATEST(xact, history_xact)) FROM bookkeeping_figuremark),
    (SELECT MAX(GREATEST(start_xact, awaited_xact, end_xact)) FROM ledger_daytree),
    (SELECT MAX(awaited_xact) FROM ledger_summark), (SELECT MAX(seen_xact) FROM operations_invariantlook), 0
)
"""


@transaction.atomic(durable=True)
def continue_transaction_ids() -> int:
    """Number transactions behind all that the rows name, and return by how much they are raised.

    Without it new events would stand before those that readers have read: no mail, webhook or invoice would
    come of them. What is written meanwhile may still be, so no program may be running. Needs the owner of
    the tables. Running it again changes nothing.
    """
    [(largest, following, offset)] = run_query(f"SELECT ({LARGEST}), {NEXT}, {OFFSET}", [])
    if largest >= following:
        offset += largest + 1 - following
        with connection.cursor() as cursor:
            cursor.execute(WRITE_OFFSET.format(offset=offset))
    return int(offset)
