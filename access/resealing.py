"""Seal every stored secret anew under the present SECRET_KEY, so that a former one can be dropped."""

from dataclasses import dataclass
from typing import NamedTuple

from cryptography.fernet import InvalidToken
from django.db import models, transaction

from access import api_keys, idempotency
from access.models import AuthenticatorApp
from access.second_factors import factors
from core.sealing import is_sealed_anew, seal, unseal
from customers import credentials
from customers.models import ApiKey, IdempotencyKey, Merchant

AT_ONCE = 500


class SealedColumn(NamedTuple):
    """A column of sealed values, and the purpose that is part of their key."""

    model: type[models.Model]
    name: str
    purpose: str


SEALED_COLUMNS = [
    SealedColumn(Merchant, "sealed_processor_key", credentials.PURPOSE),
    SealedColumn(ApiKey, "sealed_key", api_keys.PURPOSE),
    SealedColumn(IdempotencyKey, "body", idempotency.PURPOSE),
    SealedColumn(AuthenticatorApp, "sealed_secret", factors.PURPOSE),
]


def keep_sealed(column: SealedColumn) -> None:
    """Have a column of a package above sealed anew with the others."""
    SEALED_COLUMNS.append(column)


@dataclass(slots=True)
class Resealed:
    """Counts of sealed values: present ones, those of a former key, and those that no known key opens."""

    current: int = 0
    old: int = 0
    unreadable: int = 0


def reseal_column(column: SealedColumn, *, only_count: bool = False) -> Resealed:
    """Seal the values of a column anew, unless they are only counted; return the counts.

    Each portion is a transaction of its own that locks its rows, so the command may be stopped and started
    again at any time, beside a running server.
    """
    counts, last = Resealed(), 0
    while portion := _reseal_portion(column, after=last, counts=counts, only_count=only_count):
        last = portion
    return counts


@transaction.atomic
def _reseal_portion(column: SealedColumn, *, after: int, counts: Resealed, only_count: bool) -> int:
    """Work on the next rows and return the last primary key; 0 when there are no more."""
    rows = column.model._base_manager.filter(pk__gt=after, **{f"{column.name}__isnull": False})
    portion = list(rows.order_by("pk").select_for_update(no_key=True)[:AT_ONCE])
    changed = [row for row in portion if _reseal(row, column, counts)]
    if changed and not only_count:
        column.model._base_manager.bulk_update(changed, [column.name])
    return portion[-1].pk if portion else 0


def _reseal(row: models.Model, column: SealedColumn, counts: Resealed) -> bool:
    """Seal one value anew and say whether that was needed and possible."""
    sealed = bytes(getattr(row, column.name))
    if is_sealed_anew(sealed, purpose=column.purpose):
        counts.current += 1
        return False
    try:
        content = unseal(sealed, purpose=column.purpose)
    except InvalidToken:
        counts.unreadable += 1
        return False
    counts.old += 1
    setattr(row, column.name, seal(content, purpose=column.purpose))
    return True
