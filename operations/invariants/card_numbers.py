"""The invariant that no text holds a card number."""

from collections.abc import Iterator, Mapping

from core.bulk import run_query
from core.card_numbers import hides_card_number
from operations.invariants.base import Invariant, Row

# Each column of text from outside. A card number is refused by the service that takes it
# (core.texts.refuse_card_number), or masked.
FREE_TEXT: Mapping[str, set[str]] = {
    "access_consoleinvitation": {"email"},
    "access_logincounter": {"subject"},
    "access_opensession": {"agent"},
    "access_passkey": {"name"},
    "access_signup": {"email", "organization_name", "reason"},
    "approvals_approval": {"reason"},
    "approvals_approvalchange": {"reason"},
    "bookkeeping_difference": {"reason"},
    "charges_acceptance": {"user_agent"},
    "charges_attemptreview": {"reason", "reference"},
    "charges_charge": {"name", "return_url", "funding_source"},
    "charges_processorevent": {"event_id", "reference"},
    "charges_refundrequest": {"reason"},
    "customers_application": {"support_address", "terms_url", "website_url"},
    "customers_applicationchange": {"reason"},
    "customers_customer": {
        *("street1", "street2", "city", "state", "country_code", "zip_code", "code", "first_name"),
        *("last_name", "organization_name", "email", "phone", "processor_reference"),
    },
    "customers_idempotencykey": {"key"},
    "customers_invitation": {"note"},
    "customers_organization": {"name", "legal_name", "street", "postal_code", "city", "vat_number"},
    "customers_paymentoption": {
        *("street1", "street2", "city", "state", "country_code", "zip_code", "code", "holder_name"),
    },
    "ledger_correction": {"attachment_name"},
    "ledger_customertransaction": {"code", "note", "invoice_list"},
    "mail_blockedaddress": {"detail"},
    "mail_mail": {"trouble"},
    "payouts_payout": {"reference"},
    "payouts_payoutaccount": {
        *("holder", "other_account", "processor_account", "street", "postcode", "town", "reason"),
    },
    "request_log_loggedrequest": {"path", "refusal", "request_id"},
    "subscriptions_plan": {"code", "name"},
    "subscriptions_subscription": {"external_id", "name", "return_url", "funding_source", "note"},
    "subscriptions_subscriptionadjustment": {"note"},
    "webhooks_endpoint": {"url", "description"},
    "webhooks_sending": {"answer"},
}
# Where people write as they like, numbers stand in groups, too; a code or an id has them in one piece.
IN_WORDS = {"name", "note", "reason", "detail", "trouble", "description", "refusal"}
# Most texts have no digit at all, and to look for one takes half as long as to look for many.
HAS_MANY_DIGITS = (
    "length({column}::text) > 13 AND {column}::text ~ '[0-9]'"
    " AND {column}::text ~ '[0-9]([^0-9a-z]{{0,3}}[0-9]){{13}}'"
)


def find_card_numbers() -> list[Row]:
    """Return where a card number is; never the text."""
    return [row for table, columns in FREE_TEXT.items() for row in _search(table, sorted(columns))]


def _search(table: str, columns: list[str]) -> Iterator[Row]:
    suspects = " OR ".join(HAS_MANY_DIGITS.format(column=name) for name in columns)
    texts = ", ".join(f"{name}::text" for name in columns)
    for row in run_query(f"SELECT {texts}, ctid::text FROM {table} WHERE {suspects}", {}):
        for name, text in zip(columns, row, strict=False):
            if text and hides_card_number(text, in_groups=name in IN_WORDS):
                yield {"table": table, "column": name, "place": row[-1]}


CARD_NUMBERS = (
    Invariant(
        "I-36",
        "No text from outside holds a card number.",
        search=find_card_numbers,
        hint="The place is PostgreSQL's ctid. Find out which door let it in, and take it out.",
    ),
)
