"""Writing the books: every move of money is posted here, once per source."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from core import clock
from core.bulk import open_cursor, write_array
from core.ids import new_public_ids
from ledger.errors import UnbalancedTransaction
from ledger.models.book_guards import CLOSED_UNTIL, POSTING_LOCK
from ledger.postings import Posting

# Constant texts, which psycopg has the server prepare: planning them costs more than running them. The
# planner must not see how long the lists are, or it plans each anew: so one of each is inside a SELECT.
POTS = """
unnest(
    (SELECT %(pot_kind)s::varchar[]), %(holder)s::bigint[],
    %(pot_currency)s::varchar[], %(pot_livemode)s::boolean[]
) WITH ORDINALITY AS pot(kind, holder, currency, livemode, number)
"""
OF_POT = """
SELECT a.id FROM ledger_ledgeraccount a
WHERE a.kind = pot.kind AND a.currency = pot.currency AND a.livemode = pot.livemode AND a.organization_id
"""
# An index finds what has a holder, and what has none, but not "is not distinct from".
ACCOUNT = f"COALESCE(({OF_POT} = pot.holder), ({OF_POT} IS NULL AND pot.holder IS NULL))"
# The lock comes first. The next statement sees what is closed by then, which stays true until we commit, and
# the accounts that others have opened meanwhile. In one order: no deadlocks. The transaction has its number
# before any entry has an id, which `ledger.entry_sums` relies on.
OPEN_ACCOUNTS = f"""
INSERT INTO ledger_ledgeraccount (kind, organization_id, currency, livemode, created_at)
SELECT pot.kind, pot.holder, pot.currency, pot.livemode, %(now)s
FROM pg_advisory_xact_lock_shared({POSTING_LOCK}), pg_current_xact_id(), {POTS}
WHERE {ACCOUNT} IS NULL ORDER BY 1, 2, 3, 4 ON CONFLICT DO NOTHING
"""
RECORD = f"""
WITH known AS MATERIALIZED (
    SELECT ({CLOSED_UNTIL}) AS closed_until,
        ARRAY(SELECT {ACCOUNT} FROM {POTS} ORDER BY pot.number) AS accounts,
        ARRAY(
            SELECT nextval('ledger_ledgertransaction_id_seq') FROM unnest((SELECT %(public_id)s::uuid[]))
        ) AS ids
),
posted AS (
    INSERT INTO ledger_ledgertransaction
        (id, public_id, kind, reference, description, currency, livemode, created_at, occurred_at)
    SELECT known.ids[t.number], t.public_id, t.kind, t.reference, t.description, t.currency, t.livemode,
        CASE WHEN is_late THEN known.closed_until ELSE t.at END, CASE WHEN is_late THEN t.at END
    FROM known, unnest(
        (SELECT %(public_id)s::uuid[]), %(kind)s::varchar[], %(reference)s::varchar[],
        %(description)s::varchar[], %(currency)s::varchar[], %(livemode)s::boolean[],
        %(at)s::timestamptz[]
    ) WITH ORDINALITY AS t(public_id, kind, reference, description, currency, livemode, at, number)
    CROSS JOIN LATERAL (SELECT t.livemode AND t.at < known.closed_until) AS compared(is_late)
)
INSERT INTO ledger_ledgerentry (transaction_id, account_id, amount_minor)
SELECT known.ids[line.posting], known.accounts[line.pot], line.cents
FROM known, unnest(
    (SELECT %(posting)s::integer[]), %(pot)s::integer[], %(cents)s::bigint[]
) AS line(posting, pot, cents)
"""


class Pot(NamedTuple):
    """What an account is found by, or opened with when money first reaches it."""

    pot_kind: str
    holder: int | None
    pot_currency: str
    pot_livemode: bool


class NewTransaction(NamedTuple):
    """What is told of a new transaction; it counts at this instant (UTC), unless that month is closed."""

    public_id: UUID
    kind: str
    reference: str
    description: str
    currency: str
    livemode: bool
    at: datetime


class Line(NamedTuple):
    """A new entry: the numbers of its posting and its pot, from 1 on, and cents, debit positive."""

    posting: int
    pot: int
    cents: int


def record_postings(postings: Sequence[Posting]) -> None:
    """Record moves of money in the caller's transaction, by two statements for one or for a thousand.

    Nothing is read, so nobody waits for an answer. Accounts that money reaches for the first time are opened.
    What happened in a month that is closed by now is posted into the open one, and keeps when it happened.
    Until the caller commits, no other month is closed. Raises UnbalancedTransaction, and IntegrityError when
    one of this kind and reference is there already.
    """
    if any(sum(moves.values()) or not moves for _, _, moves in postings):
        raise UnbalancedTransaction
    if not postings:
        return
    now, pots = clock.now(), dict[Pot, int]()
    transactions = _list_transactions(postings, now)
    lines = _list_lines(postings, pots)
    params: dict[str, Any] = {"now": now}
    for kind, rows in ((Pot, list(pots)), (NewTransaction, transactions), (Line, lines)):
        params |= _lay_out(kind, rows)
    with open_cursor() as cursor:
        cursor.execute(OPEN_ACCOUNTS, params)
        cursor.execute(RECORD, params)


def _list_transactions(postings: Sequence[Posting], now: datetime) -> list[NewTransaction]:
    return [
        NewTransaction(
            public_id=public_id,
            kind=kind.value,
            reference=source.reference,
            description=source.description,
            currency=source.currency,
            livemode=source.livemode,
            at=source.at or now,
        )
        for public_id, (kind, source, _) in zip(new_public_ids(len(postings)), postings, strict=True)
    ]


def _list_lines(postings: Sequence[Posting], pots: dict[Pot, int]) -> list[Line]:
    """Return the lines of postings; pots that are met for the first time are numbered."""
    lines = []
    for number, (_, source, moves) in enumerate(postings, 1):
        for ref, cents in moves.items():
            if cents:
                pot = Pot(ref.kind.value, ref.organization_id, source.currency, source.livemode)
                lines.append(Line(number, pots.setdefault(pot, len(pots) + 1), cents))
    return lines


def _lay_out(kind: type[tuple[Any, ...]], rows: Sequence[tuple[Any, ...]]) -> dict[str, str]:
    """Return each column of rows as the text of an array."""
    return {
        name: write_array([row[place] for row in rows])
        for place, name in enumerate(kind._fields)  # type: ignore[attr-defined]
    }
