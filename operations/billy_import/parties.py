"""Import of companies with their keys, and of customers."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from django.conf import settings

from access.api_keys import build_api_key, digest_key
from customers.credentials import seal_processor_key
from customers.models import ApiKey, Customer, Merchant, Organization
from operations.billy_import.records import CompanyRecord, CustomerRecord
from operations.billy_import.rows import BadRow
from operations.billy_import.table import Table, TableOfCompanies, find_known


class NewCompany(NamedTuple):
    """A merchant that is not in the database yet, with what belongs to it."""

    organization: Organization
    merchant: Merchant
    key: ApiKey


class Companies(Table):
    """company.csv: each becomes an organisation with one merchant account and its key."""

    name = "company"
    columns = ("guid", "api_key", "processor_key", "deleted", "created_at")
    read = staticmethod(CompanyRecord.read)

    def __init__(self) -> None:
        self.owners: dict[str, UUID] = {}

    def look_up(self, records: Sequence[CompanyRecord]) -> None:
        """Fetch those that are here already, and whose their keys are."""
        self.known = find_known(Merchant, records)
        keys = ApiKey.objects.filter(digest__in=[digest_key(record.api_key) for record in records])
        self.owners |= dict(keys.values_list("digest", "merchant__public_id"))

    def make(self, record: CompanyRecord) -> NewCompany:
        """Build a company. Raises BadRow for the key of another one."""
        digest = digest_key(record.api_key)
        if self.owners.setdefault(digest, record.public_id) != record.public_id:
            raise BadRow("api_key is the key of another company")
        organization = Organization(name=record.name, created_at=record.created_at)
        merchant = Merchant(
            public_id=record.public_id,
            organization=organization,
            sealed_processor_key=seal_processor_key(record.processor_key),
            may_pay_out=settings.GRANT_PAYOUTS,
            daily_payout_limit_minor=settings.DAILY_PAYOUT_LIMIT,
            is_active=not record.is_deleted,
            created_at=record.created_at,
        )
        key = build_api_key(merchant, record.api_key)
        key.created_at = record.created_at
        return NewCompany(organization, merchant, key)

    def compare(self, made: NewCompany) -> None:
        """Let a company that is here be as it is; it may have changed since."""

    def insert(self, made: Sequence[NewCompany]) -> None:
        """Write new companies."""
        Organization.objects.bulk_create([company.organization for company in made])
        Merchant.objects.bulk_create([company.merchant for company in made])
        ApiKey.objects.bulk_create([company.key for company in made])


class Customers(TableOfCompanies):
    """customer.csv: the customers of merchants."""

    name = "customer"
    columns = ("guid", "company_guid", "external_id", "deleted", "created_at", "updated_at")
    read = staticmethod(CustomerRecord.read)
    model = Customer

    def make(self, record: CustomerRecord) -> Customer:
        """Build a customer. Raises BadRow for an unknown company."""
        return Customer(
            public_id=record.public_id,
            merchant_id=self.find_company(record.company_id),
            processor_reference=record.processor_reference,
            deleted_at=record.deleted_at,
            created_at=record.created_at,
        )
