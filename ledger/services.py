"""Writing the books: every move of money is posted here, once per source."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from core.money import Money
from ledger.errors import UnbalancedTransaction
from ledger.models import AccountKind, LedgerAccount, LedgerEntry, LedgerTransaction, TransactionKind


@dataclass(frozen=True, slots=True)
class AccountRef:
    """Names an account by what it is; it is opened when money first reaches it."""

    kind: AccountKind
    organization_id: int | None = None


@transaction.atomic
def post_transaction(
    *,
    kind: TransactionKind,
    reference: str,
    description: str,
    livemode: bool,
    moves: Mapping[AccountRef, Money],
) -> LedgerTransaction:
    """Record one move of money and return it; the same kind and reference again returns the first.

    Amounts are cents, debit positive, of one currency. Raises UnbalancedTransaction.
    """
    moves = {ref: money for ref, money in moves.items() if money.amount_minor}
    currency = _require_balance(moves)
    entry, created = LedgerTransaction.objects.get_or_create(
        kind=kind,
        reference=reference,
        defaults={"description": description, "livemode": livemode, "currency": currency},
    )
    if created:
        accounts = _open_accounts(list(moves), currency=currency, livemode=livemode)
        LedgerEntry.objects.bulk_create(
            LedgerEntry(transaction=entry, account=accounts[ref], amount_minor=money.amount_minor)
            for ref, money in moves.items()
        )
    return entry


def _require_balance(moves: Mapping[AccountRef, Money]) -> str:
    currencies = {money.currency for money in moves.values()}
    if len(currencies) != 1 or sum(money.amount_minor for money in moves.values()) != 0:
        raise UnbalancedTransaction
    return currencies.pop()


def _open_accounts(
    refs: list[AccountRef], *, currency: str, livemode: bool
) -> dict[AccountRef, LedgerAccount]:
    found = _find_accounts(refs, currency=currency, livemode=livemode)
    missing = [ref for ref in refs if ref not in found]
    if not missing:
        return found
    LedgerAccount.objects.bulk_create(
        [
            LedgerAccount(
                kind=ref.kind, organization_id=ref.organization_id, currency=currency, livemode=livemode
            )
            for ref in missing
        ],
        ignore_conflicts=True,
    )
    return _find_accounts(refs, currency=currency, livemode=livemode)


def _find_accounts(
    refs: list[AccountRef], *, currency: str, livemode: bool
) -> dict[AccountRef, LedgerAccount]:
    accounts = LedgerAccount.objects.filter(
        kind__in={ref.kind for ref in refs}, currency=currency, livemode=livemode
    ).for_organizations({ref.organization_id for ref in refs})
    by_ref = {AccountRef(AccountKind(a.kind), a.organization_id): a for a in accounts}
    return {ref: by_ref[ref] for ref in refs if ref in by_ref}
