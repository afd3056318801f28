"""Typed rows of the tables of a dump. Amounts are cents, times UTC."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from charges.models import MAX_AMOUNT_MINOR
from core.billy_guids import COMPANY, CUSTOMER, PLAN, SUBSCRIPTION
from customers.models import MAX_REFERENCE
from operations.billy_import.rows import BadRow, Row
from subscriptions.models import PlanKind
from subscriptions.schedule import Frequency

# As wide as Billy's own columns.
MAX_KEY = 64
MAX_NAME = 255
KINDS = {"charge": PlanKind.CHARGE, "payout": PlanKind.DISBURSEMENT}  # By the name in Billy's tables.
FREQUENCIES = tuple(frequency.value for frequency in Frequency)


@dataclass(frozen=True, slots=True)
class CompanyRecord:
    """A company with its keys in the clear."""

    public_id: UUID
    name: str
    api_key: str
    processor_key: str
    is_deleted: bool
    created_at: datetime

    @classmethod
    def read(cls, row: Row) -> "CompanyRecord":
        """Read a row. Raises BadRow."""
        has_name = row.cells.get("name", "").strip() != ""
        return cls(
            public_id=row.guid("guid", COMPANY),
            name=row.name("name", most=MAX_NAME) if has_name else f"Company {row.cells['guid']}",
            api_key=row.text("api_key", most=MAX_KEY),
            processor_key=row.text("processor_key", most=MAX_KEY),
            is_deleted=row.flag("deleted"),
            created_at=row.instant("created_at"),
        )


@dataclass(frozen=True, slots=True)
class CustomerRecord:
    """A customer; the processor may not know it yet."""

    public_id: UUID
    company_id: UUID
    processor_reference: str | None
    deleted_at: datetime | None
    created_at: datetime

    @classmethod
    def read(cls, row: Row) -> "CustomerRecord":
        """Read a row. Raises BadRow."""
        return cls(
            public_id=row.guid("guid", CUSTOMER),
            company_id=row.guid("company_guid", COMPANY),
            processor_reference=_read_reference(row, "external_id"),
            deleted_at=_read_deletion(row),
            created_at=row.instant("created_at"),
        )


@dataclass(frozen=True, slots=True)
class PlanRecord:
    """A plan."""

    public_id: UUID
    company_id: UUID
    kind: PlanKind
    frequency: str
    interval: int
    amount_minor: int
    deleted_at: datetime | None
    created_at: datetime

    @classmethod
    def read(cls, row: Row) -> "PlanRecord":
        """Read a row. Raises BadRow."""
        return cls(
            public_id=row.guid("guid", PLAN),
            company_id=row.guid("company_guid", COMPANY),
            kind=KINDS[row.word("plan_type", tuple(KINDS))],
            frequency=row.word("frequency", FREQUENCIES),
            interval=row.integer("interval", least=1),
            amount_minor=row.integer("amount", least=1, most=MAX_AMOUNT_MINOR),
            deleted_at=_read_deletion(row),
            created_at=row.instant("created_at"),
        )


@dataclass(frozen=True, slots=True)
class SubscriptionRecord:
    """A subscription, where its schedule starts and how many periods of it were billed."""

    public_id: UUID
    customer_id: UUID
    plan_id: UUID
    funding_source: str | None
    amount_minor: int | None
    period: int
    started_at: datetime
    next_at: datetime
    cancelled_at: datetime | None
    created_at: datetime

    @classmethod
    def read(cls, row: Row) -> "SubscriptionRecord":
        """Read a row. Raises BadRow."""
        own_amount = not row.is_null("amount")
        return cls(
            public_id=row.guid("guid", SUBSCRIPTION),
            customer_id=row.guid("customer_guid", CUSTOMER),
            plan_id=row.guid("plan_guid", PLAN),
            funding_source=_read_reference(row, "payment_uri"),
            amount_minor=row.integer("amount", least=1, most=MAX_AMOUNT_MINOR) if own_amount else None,
            period=row.integer("period", least=0),
            started_at=row.instant("started_at"),
            next_at=row.instant("next_transaction_at"),
            cancelled_at=_read_cancellation(row),
            created_at=row.instant("created_at"),
        )


def _read_reference(row: Row, column: str) -> str | None:
    return None if row.is_null(column) else row.text(column, most=MAX_REFERENCE)


def _read_deletion(row: Row) -> datetime | None:
    """Return when a row was last written if it is deleted; Billy keeps no better date."""
    return row.instant("updated_at") if row.flag("deleted") else None


def _read_cancellation(row: Row) -> datetime | None:
    if row.flag("canceled"):
        return row.instant("canceled_at")
    if not row.is_null("canceled_at"):
        raise BadRow("canceled_at has a date, but canceled is false")
    return None
