"""The one place that knows the columns of a new charge, made singly or many at once."""

from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple, TypedDict
from uuid import UUID

from charges.events import CHARGES, describe_creation
from charges.models import Charge, ChargeKind, ChargeStatus
from core import clock
from core.compiled import CompiledInsert
from core.ids import new_public_id
from events.writer import write_tell_one_sql


class NewCharge(NamedTuple):
    """The columns of a new charge. Amounts are cents, times UTC.

    Columns with a default here are empty for most charges. They are written all the same, so that charges
    made singly and in bulk are alike.
    """

    public_id: UUID
    payee_id: int
    name: str
    currency: str
    price_minor: int
    quantity: int
    total_minor: int
    commission_percent: int
    commission_minor: int
    created_at: datetime
    updated_at: datetime
    id: int | None = None
    kind: str = ChargeKind.CHARGE
    product: str = ""
    buyer_id: int | None = None
    buyer_account_id: int | None = None
    order_application_id: int | None = None
    seller_application_id: int | None = None
    customer_id: int | None = None
    refund_of_id: int | None = None
    per_account: bool = False
    test: bool = False
    return_url: str = ""
    status: str = ChargeStatus.PENDING
    subscription_id: int | None = None
    period: int | None = None
    due_at: datetime | None = None
    retry_days: list[int] = []
    retry_limit: int | None = None
    failure_count: int = 0
    first_declined_at: datetime | None = None
    payment_option_id: int | None = None
    funding_source: str | None = None
    entered_as: str = ""
    invoice_id: int | None = None
    collect_at: datetime | None = None
    failure_code: str = ""
    failure_message: str = ""
    decided_at: datetime | None = None
    activated_at: datetime | None = None


class Identity(TypedDict):
    """The columns that a charge has for itself, even if the others are copied."""

    public_id: UUID
    created_at: datetime
    updated_at: datetime


_copy = attrgetter(*NewCharge._fields)


def new_identity(public_id: UUID | None = None) -> Identity:
    """Return the identity of a charge that is made now, under an id that it may have already."""
    now = clock.now()
    return {"public_id": public_id or new_public_id(), "created_at": now, "updated_at": now}


def save_charge(new: NewCharge, **related: Any) -> Charge:
    """Insert one charge and its event, by one statement, and return it as the database has it.

    `related` are instances behind its keys that are at hand already.
    """
    values = new._asdict() | {"event_count": 1} | describe_creation(new.kind)
    del values["id"]
    charge = _compile_insert().insert(values)
    for name, instance in related.items():
        setattr(charge, name, instance)
    return charge


@cache
def _compile_insert() -> CompiledInsert[Charge]:
    fields = [name for name in NewCharge._fields if name != "id"]
    return CompiledInsert(Charge.objects.all(), [*fields, "event_count"], then=write_tell_one_sql(CHARGES))


def copy_charge(charge: Charge) -> NewCharge:
    """Return the columns of a charge without its key, for one that takes its place."""
    return NewCharge._make(_copy(charge))._replace(id=None)
