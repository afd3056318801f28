"""Organisations, accounts, applications, merchants, customers and payment options."""

from customers.models.application_looks import MAX_ADDRESS, MAX_ICON, ApplicationIcon
from customers.models.card_entries import CardEntrySession, ProcessorRecord
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
    BILLING_ADMIN,
    LICENSE_SEQUENCE,
    Account,
    Application,
    NextLicenseId,
    Organization,
    Product,
    SellerOfRecord,
)
from customers.models.payment_options import BankAccountType, PaymentKind, PaymentOption
from customers.models.service_users import USERNAME, ServiceUser
from customers.models.staff import STAFF_HAS_NO_ACCOUNT, AuditLine, LogIn

__all__ = (
    "ACCOUNT_NUMBER_SEQUENCE",
    "BILLING_ADMIN",
    "LICENSE_SEQUENCE",
    "MAX_ADDRESS",
    "MAX_CODE",
    "MAX_ICON",
    "MAX_REFERENCE",
    "SEARCHED",
    "STAFF_HAS_NO_ACCOUNT",
    "USERNAME",
    "Account",
    "AllocationAlgorithm",
    "ApiKey",
    "Application",
    "ApplicationIcon",
    "AuditLine",
    "BankAccountType",
    "CardEntrySession",
    "Customer",
    "IdempotencyKey",
    "Invitation",
    "LogIn",
    "Merchant",
    "NextAccountNumber",
    "NextLicenseId",
    "Organization",
    "PaymentKind",
    "PaymentOption",
    "ProcessorRecord",
    "Product",
    "SellerOfRecord",
    "ServiceUser",
)
