"""Who pays and who is paid: organisations, accounts, apps, merchants, customers, payment options."""

from customers.models.idempotency import IdempotencyKey
from customers.models.merchants import MAX_REFERENCE, AllocationAlgorithm, ApiKey, Customer, Merchant
from customers.models.merchants import (
    ACCOUNT_NUMBER_SEQUENCE,
    MAX_REFERENCE,
    ApiKey,
    Customer,
    Merchant,
    NextAccountNumber,
)
from customers.models.organizations import (
    LICENSE_SEQUENCE,
    Account,
    Application,
    NextLicenseId,
    Organization,
    Product,
)
from customers.models.payment_options import PaymentOption
from customers.models.service_users import USERNAME, ServiceUser

__all__ = (
    "ACCOUNT_NUMBER_SEQUENCE",
    "LICENSE_SEQUENCE",
    "MAX_REFERENCE",
    "USERNAME",
    "Account",
    "AllocationAlgorithm",
    "ApiKey",
    "Application",
    "Customer",
    "IdempotencyKey",
    "Merchant",
    "NextAccountNumber",
    "NextLicenseId",
    "Organization",
    "PaymentOption",
    "Product",
    "ServiceUser",
)
