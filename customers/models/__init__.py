"""Organisations, accounts, applications, merchants, customers and payment options."""

from customers.models.customers import MAX_CODE, SEARCHED, Customer
from customers.models.idempotency import IdempotencyKey
from customers.models.merchants import (
    ACCOUNT_NUMBER_SEQUENCE,
    MAX_REFERENCE,
    AllocationAlgorithm,
    ApiKey,
    Invitation,
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
from customers.models.payment_options import BankAccountType, PaymentKind, PaymentOption
from customers.models.service_users import USERNAME, ServiceUser

__all__ = (
    "ACCOUNT_NUMBER_SEQUENCE",
    "LICENSE_SEQUENCE",
    "MAX_CODE",
    "MAX_REFERENCE",
    "SEARCHED",
    "USERNAME",
    "Account",
    "AllocationAlgorithm",
    "ApiKey",
    "Application",
    "BankAccountType",
    "Customer",
    "IdempotencyKey",
    "Invitation",
    "Merchant",
    "NextAccountNumber",
    "NextLicenseId",
    "Organization",
    "PaymentKind",
    "PaymentOption",
    "Product",
    "ServiceUser",
)
