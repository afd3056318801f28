"""OpenAPI schemas of answers: the fields of each object by the name of its XML element."""

from collections.abc import Iterable, Mapping

from dialects.openapi import Schema
from dialects.unibill.codes import (
    ACCOUNT_TYPES,
    ADJUSTMENT_TYPES,
    CYCLES,
    STATUSES,
    SUBSCRIPTION_TYPES,
    TRANSACTION_TYPES,
)


def one_of(words: Iterable[str]) -> Schema:
    """Return the schema of UniBill's letters for something."""
    return {"type": "string", "enum": list(words)}


ID: Schema = {"type": "integer", "format": "int64"}
INTEGER: Schema = {"type": "integer"}
CENTS: Schema = {
    "type": "integer",
    "format": "int64",
    "description": "In the smallest unit of the currency, such as cents.",
}
TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
DATE: Schema = {"type": "string", "format": "date"}
DATETIME: Schema = {
    "type": "string",
    "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$",
    "description": "yyyy-MM-dd HH:mm:ss, UTC.",
}
MASKED: Schema = {"type": "string", "description": "Four stars and the last four digits."}
ADDRESS = dict.fromkeys(("street1", "street2", "city", "state", "countryCode", "zipCode"), TEXT)

ANSWERS: Mapping[str, Mapping[str, Schema]] = {
    "plan": {
        "id": ID,
        "code": TEXT,
        "accountId": ID,
        "createDate": DATETIME,
        "name": TEXT,
        "billingCycleType": one_of(CYCLES),
        "amount": CENTS,
        "isActive": FLAG,
    },
    "customer": {
        "id": ID,
        "code": TEXT,
        "accountId": ID,
        "createDate": DATETIME,
        "firstName": TEXT,
        "lastName": TEXT,
        "organizationName": TEXT,
        "email": TEXT,
        "phone": TEXT,
        "isActive": FLAG,
        **ADDRESS,
        "balance": CENTS | {"description": "What is in credit, negative for a debt; in cents or the like."},
    },
    "payment-option": {
        "id": ID,
        "code": TEXT,
        "createDate": DATETIME,
        "type": one_of(ACCOUNT_TYPES),
        "accountNumber": MASKED,
        "accountAccessory": TEXT,
        "tokenCode": TEXT,
        "holderName": TEXT,
        "isActive": FLAG,
        **ADDRESS,
        "address": TEXT,
    },
    "subscription": {
        "id": ID,
        "code": TEXT,
        "accountId": ID,
        "customerId": ID,
        "createDate": DATETIME,
        "type": one_of(SUBSCRIPTION_TYPES),
        "status": one_of(STATUSES),
        "amount": CENTS,
        "planId": ID,
        "planName": TEXT,
        "billingCycleType": one_of(CYCLES),
        "length": INTEGER,
        "paymentOptionId": ID,
        "note": TEXT,
        "firstBillingDate": DATE,
        "nextBillingDate": DATE,
        "lastBillingDate": DATE,
        "pendingAdjustmentType": one_of(ADJUSTMENT_TYPES),
    },
    "subscription-adjustment": {
        "id": ID,
        "type": one_of(ADJUSTMENT_TYPES),
        "effectiveDate": DATE,
        "endDate": DATE,
        "length": INTEGER,
        "note": TEXT,
    },
    "transaction": {
        "id": ID,
        "code": TEXT,
        "accountId": ID,
        "customerId": ID,
        "createDate": DATETIME,
        "dueDate": DATE,
        "type": one_of(TRANSACTION_TYPES),
        "accountType": one_of(ACCOUNT_TYPES),
        "amount": CENTS,
        "balance": CENTS | {"description": "What nothing offsets yet, in cents or the like."},
        "invoiceList": TEXT,
        "creatorCode": TEXT,
        "note": TEXT,
        "processingInfo": {"$ref": "#/components/schemas/ProcessingInfo"},
    },
    "processing-info": {
        "id": ID,
        "createDate": DATETIME,
        "holderName": TEXT,
        "accountNumber": MASKED,
        "accountAccessory": TEXT,
        "token": TEXT,
        "street": TEXT,
        "city": TEXT,
        "state": TEXT,
        "address": TEXT,
        "email": TEXT | {"description": "In the answer to the request that sent it alone: it is not kept."},
        "approvalCode": TEXT,
        "responseCode": TEXT,
        "responseMessage": TEXT,
        "responseDate": DATETIME,
        "gatewayTransactionId": TEXT,
    },
    "allocation": {
        "id": ID,
        "sourceId": ID,
        "targetId": ID,
        "createDate": DATE,
        "isActive": FLAG,
        "amount": CENTS,
        "targetTransactionType": one_of(TRANSACTION_TYPES),
        "causeTransactionId": ID,
        "causeTransactionType": one_of(TRANSACTION_TYPES),
    },
    "error": {"failureCode": TEXT, "message": TEXT, "field": TEXT, "gatewayTransactionId": TEXT},
}
