"""Who pays and who is paid: organisations, accounts, apps, merchants, customers, payment options."""

from customers.models.customers import MAX_CODE, SEARCHED, Customer
from customers.models.idempotency import IdempotencyKey
from customers.models.merchants import MAX_REFERENCE, ApiKey, Merchant
from customers.models.organizations import (
    LICENSE_SEQUENCE,
    Account,
    Application,
    NextLicenseId,
    Organization,
    Product,
)
from customers.models.payment_options import BankAccountType, PaymentKind, PaymentOption

__all__ = (
    "LICENSE_SEQUENCE",
    "MAX_CODE",
    "MAX_REFERENCE",
    "SEARCHED",
    "Account",
    "ApiKey",
    "Application",
    "BankAccountType",
    "Customer",
    "IdempotencyKey",
    "Merchant",
    "NextLicenseId",
    "Organization",
    "PaymentKind",
    "PaymentOption",
    "Product",
)
