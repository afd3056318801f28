"""Organisations, accounts, applications, merchants, customers and payment options."""

from customers.models.application_changes import (
    DECISIONS,
    MAX_REASON,
    ApplicationAct,
    ApplicationChange,
)
from customers.models.applications import (
    BILLING_ADMIN,
    Application,
    Product,
    ReviewStatus,
    SellerOfRecord,
)
from customers.models.card_entries import CardEntrySession, ProcessorRecord
from customers.models.customers import MAX_CODE, SEARCHED, Customer
from customers.models.idempotency import IdempotencyKey
from customers.models.members import LAST_OWNER, ROLE_COLUMNS, MemberChange, Role
from customers.models.merchants import (
    ACCOUNT_NUMBER_SEQUENCE,
    MAX_REFERENCE,
    AllocationAlgorithm,
    ApiKey,
    Invitation,
    Merchant,
    NextAccountNumber,
)
from customers.models.organizations import LICENSE_SEQUENCE, Account, NextLicenseId, Organization
from customers.models.payment_options import BankAccountType, PaymentKind, PaymentOption
from customers.models.service_users import USERNAME, ServiceUser
from customers.models.staff import STAFF_HAS_NO_ACCOUNT, AuditLine, LogIn

__all__ = (
    "ACCOUNT_NUMBER_SEQUENCE",
    "BILLING_ADMIN",
    "DECISIONS",
    "LAST_OWNER",
    "LICENSE_SEQUENCE",
    "MAX_CODE",
    "MAX_REASON",
    "MAX_REFERENCE",
    "ROLE_COLUMNS",
    "SEARCHED",
    "STAFF_HAS_NO_ACCOUNT",
    "USERNAME",
    "Account",
    "AllocationAlgorithm",
    "ApiKey",
    "Application",
    "ApplicationAct",
    "ApplicationChange",
    "AuditLine",
    "BankAccountType",
    "CardEntrySession",
    "Customer",
    "IdempotencyKey",
    "Invitation",
    "LogIn",
    "MemberChange",
    "Merchant",
    "NextAccountNumber",
    "NextLicenseId",
    "Organization",
    "PaymentKind",
    "PaymentOption",
    "ProcessorRecord",
    "Product",
    "ReviewStatus",
    "Role",
    "SellerOfRecord",
    "ServiceUser",
)
