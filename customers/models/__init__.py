"""Who pays and who is paid: organisations, accounts, apps, merchants, customers, payment options."""

from customers.models.idempotency import IdempotencyKey
from customers.models.merchants import MAX_REFERENCE, ApiKey, Customer, Invitation, Merchant
from customers.models.organizations import (
    LICENSE_SEQUENCE,
    Account,
    Application,
    NextLicenseId,
    Organization,
    Product,
)
from customers.models.payment_options import PaymentOption

__all__ = (
    "LICENSE_SEQUENCE",
    "MAX_REFERENCE",
    "Account",
    "ApiKey",
    "Application",
    "Customer",
    "IdempotencyKey",
    "Invitation",
    "Merchant",
    "NextLicenseId",
    "Organization",
    "PaymentOption",
    "Product",
)
