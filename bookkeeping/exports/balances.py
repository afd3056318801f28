"""Balances of accounts as of an instant: a table for people, CSV, and one JSON object."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from bookkeeping.exports.cells import write_instant, write_rows
from core.money import Money
from ledger.as_of import AccountBalance, is_final
from ledger.models import AccountKind

COLUMNS = ("account", "kind", "holder", "currency", "livemode", "balance", "balance_minor", "as_of")
WIDE = 44


def write_table(balances: Iterable[AccountBalance], *, at: datetime) -> Iterator[str]:
    """Yield lines: debits and credits of each account, and what those of a currency come to."""
    totals: Counter[str] = Counter()
    yield f"As of {at.isoformat()}{'' if is_final(at) else ', not closed yet'}\n"
    yield f"{'id':>8}  {'account':<{WIDE}}{'debit':>20}{'credit':>20}\n"
    for each in balances:
        totals[each.currency] += each.balance_minor
        sides = _write_sides(each.balance_minor, each.currency)
        yield f"{each.account_id:>8}  {_name(each):<{WIDE}}{sides}\n"
    for currency, minor in sorted(totals.items()):
        yield f"{'':>8}  {f'All shown in {currency}':<{WIDE}}{_write_sides(minor, currency)}\n"


def write_csv(balances: Iterable[AccountBalance], *, at: datetime) -> Iterator[str]:
    """Yield lines of CSV; debits are positive, and what is owed or earned is negative."""
    return write_rows(_list_rows(balances, at))


def write_json(balances: Iterable[AccountBalance], *, at: datetime) -> Iterator[str]:
    """Yield one JSON object a line at a time; amounts are in the smallest unit, debits positive."""
    totals: Counter[str] = Counter()
    yield f'{{"as_of": "{at.isoformat()}", "final": {json.dumps(is_final(at))}, "accounts": ['
    comma = "\n"
    for each in balances:
        totals[each.currency] += each.balance_minor
        yield comma + json.dumps(_describe(each))
        comma = ",\n"
    yield f'\n], "totals": {json.dumps(dict(sorted(totals.items())))}}}\n'


def _list_rows(balances: Iterable[AccountBalance], at: datetime) -> Iterator[tuple[Any, ...]]:
    yield COLUMNS
    for each in balances:
        said = {
            **_describe(each),
            "holder": each.holder or "",
            "balance": Money(each.balance_minor, each.currency).units,
            "as_of": write_instant(at),
        }
        yield tuple(said[column] for column in COLUMNS)


def _describe(each: AccountBalance) -> dict[str, Any]:
    return {
        "account": each.account_id,
        "kind": each.kind,
        "holder": each.holder,
        "currency": each.currency,
        "livemode": each.livemode,
        "balance_minor": each.balance_minor,
    }


def _name(each: AccountBalance) -> str:
    name = AccountKind(each.kind).label if each.holder is None else f"Owed to {each.holder}"
    test = "" if each.livemode else " (test)"
    return name if len(name + test) < WIDE else f"{name[: WIDE - 5 - len(test)]}...{test}"


def _write_sides(minor: int, currency: str) -> str:
    debit = str(Money(minor, currency)) if minor > 0 else ""
    credit = str(Money(-minor, currency)) if minor < 0 else ""
    return f"{debit:>20}{credit:>20}" if minor else f"{Money(0, currency)!s:>20}{'':>20}".rstrip()
