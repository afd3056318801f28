"""A card number is found in every text from outside; a new text column has to be put on this list."""

import logging
from urllib.parse import quote

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.test import Client

from access.idempotency import read_key
from access.log_in_limits import count_failure_of_address
from access.models import LogInCounter
from access.new_accounts import check_email
from charges.consent import Decider
from charges.requests.limits import check_return_url
from core.card_numbers import mask_card_numbers
from core.errors import InvalidField
from customers.application_looks import check_looks
from customers.contact_fields import check_reference
from customers.vat_numbers import check_vat_number
from mail.blocking import block_address
from mail.models import BlockedAddress, BlockReason
from operations.factories import AccountFactory
from operations.invariants.card_numbers import FREE_TEXT
from operations.schema_pages.packages import list_packages
from subscriptions.lifecycle.limits import check_external_id, check_note

CARD = "4111111111111111"
# Made by the server, copied from columns above, chosen from a few words, written by staff, or a digest.
OURS = {
    "access_consoleinvitation": {"invited_by", "roles"},
    "access_opensession": {"address", "session_key"},
    "access_recoverycode": {"digest"},
    "access_signup": {"country", "decided_by", "password"},
    "approvals_approval": {"fingerprint", "subject", "terms"},
    "approvals_approvalchange": {"actor"},
    "bookkeeping_closing": {"done"},
    "bookkeeping_dailyfigure": {"currency"},
    "bookkeeping_difference": {"currency", "gateway", "reference", "settled_by"},
    "bookkeeping_listedmovement": {"booking", "currency", "gateway", "reference"},
    "bookkeeping_reading": {"gateway", "trouble"},
    "bookkeeping_statement": {"currency", "lines_hash"},
    "charges_acceptance": {"terms_hash", "language", "tax", "words"},
    "charges_attempt": {
        "key", "gateway", "token", "currency", "gateway_reference", "code", "message",
    },
    "charges_attemptfee": {"currency"},
    "charges_attemptreview": {"actor", "said", "subject"},
    "charges_cardtesting": {"subject", "caller"},
    "charges_cardtry": {"caller", "address", "card"},
    "charges_charge": {"currency", "retry_days", "failure_code", "failure_message"},
    "charges_dispute": {"gateway", "reference", "currency", "fee_currency", "reason"},
    "charges_disputechange": {"actor"},
    "charges_processorevent": {"gateway", "trouble"},
    "charges_refundrequest": {"actor"},
    "charges_statuschange": {"actor", "reason"},
    "charges_unbookeddispute": {"currency", "gateway", "reference", "trouble"},
    "customers_account": {"email", "language", "time_zone"},
    "customers_apikey": {"digest", "hint"},
    "customers_application": {
        *("redirect_uris", "post_logout_redirect_uris", "client_secret", "name", "allowed_origins"),
        *("client_id", "author_email", "products", "allowed_scopes", "return_origins"),
        *("former_client_secret", "icon_digest"),
    },
    "customers_applicationchange": {"actor"},
    "customers_applicationicon": {"digest"},
    "customers_cardentrysession": {"gateway", "session", "return_path"},
    "customers_idempotencykey": {"principal", "route", "fingerprint", "headers"},
    "customers_invitation": {"digest"},
    "customers_memberchange": {"actor", "after", "before"},
    "customers_organization": {"country"},
    "customers_paymentoption": {
        "gateway", "gateway_token", "brand", "routing_number", "last4", "fingerprint",
    },
    "customers_processorrecord": {"gateway", "reference"},
    "customers_serviceuser": {"username", "password"},
    "events_event": {"snapshot"},
    "invoicing_heldinvoice": {"country", "terms"},
    "invoicing_paperfile": {"sha256"},
    "invoicing_series": {"prefix"},
    "invoicing_taxpaper": {"currency", "issuer", "line", "name", "recipient", "tax_country"},
    "ledger_correction": {"attachment_type"},
    "ledger_customertransaction": {"currency", "account_type", "creator"},
    "ledger_daytree": {"previous_root", "root", "signature", "tree_root"},
    "ledger_ledgeraccount": {"currency"},
    "ledger_ledgertransaction": {"reference", "description", "currency"},
    "ledger_month": {"closed_by", "reason", "trouble"},
    "ledger_signingkey": {"public_key"},
    "mail_blockedaddress": {"address"},
    "mail_mail": {"address", "cause", "facts", "language", "provider_id"},
    "mail_unsubscription": {"address"},
    "operations_invariantlook": {"invariant", "sentence"},
    "payouts_bankreport": {"sha256", "actor"},
    "payouts_direction": {"currency"},
    "payouts_payout": {
        "currency", "actor", "gateway", "failure_code", "failure_message",
    },
    "payouts_payoutaccount": {"iban", "bic", "country", "actor"},
    "payouts_payoutbatch": {"currency", "sha256", "actor"},
    "payouts_payoutchange": {"actor", "reason"},
    "payouts_payoutschedule": {"currency", "actor", "reason"},
    "request_log_loggedrequest": {"method"},
    "subscriptions_plan": {"currency"},
    "subscriptions_subscription": {"currency", "retry_days", "held_reason"},
    "subscriptions_subscriptionchange": {"actor", "reason"},
    "taxes_taxrate": {"country"},
    "webhooks_delivery": {"body"},
    "webhooks_endpoint": {"event_types"},
    "webhooks_sending": {"trouble"},
}  # fmt: skip


def encode(text: str) -> str:
    return "".join(f"%{ord(letter):x}" for letter in text)


def list_text_columns() -> set[str]:
    text = (models.CharField, models.TextField, models.JSONField, ArrayField)
    return {
        f"{model._meta.db_table}.{field.column}"
        for models_of_package in list_packages().values()
        for model in models_of_package
        if not model._meta.proxy
        for field in model._meta.concrete_fields
        if isinstance(field, text) and not field.choices
    }


def test_every_text_column_is_on_the_list():
    groups = [*FREE_TEXT.items(), *OURS.items()]
    assert list_text_columns() == {f"{table}.{name}" for table, names in groups for name in names}


@pytest.mark.parametrize(
    "take",
    [
        lambda text: check_external_id(text),
        lambda text: check_email(f"{text}@seller.example"),
        lambda text: check_looks(website_url="", terms_url="", support_address=f"{text}@seller.example"),
        lambda text: check_looks(website_url=f"https://a.example/{text}", terms_url="", support_address=""),
        lambda text: check_external_id(f"order-{text}"),
        lambda text: check_note("note", f"pay with {text}"),
        lambda text: check_note("note", "4111 1111 1111 1111"),
        lambda text: check_vat_number("vat_number", text, country="US"),
        lambda text: check_reference("payment_uri", f"/v1/cards/{text}"),
        lambda text: check_return_url(f"http://localhost/?card={text}", origins=[]),
        lambda text: check_return_url(f"http://localhost/{quote(quote(text))}", origins=[]),
        lambda text: check_return_url(f"http://localhost/?c={encode(text)}", origins=[]),
        lambda text: read_key(text),
        lambda text: read_key(f'"key {text}"'),
    ],
)
def test_a_card_number_is_refused(take):
    with pytest.raises(InvalidField):
        take(CARD)


def test_what_cannot_be_refused_is_masked(db):
    decider = Decider.on_page(AccountFactory(), ip=None, user_agent=f"Browser {CARD}")
    assert decider.user_agent == "Browser #"
    Client().post("/login/", {"username": CARD, "password": "wrong"})
    count_failure_of_address("192.0.2.1")
    assert CARD not in str(list(LogInCounter.objects.values()))
    block_address("name@buyer.example", reason=BlockReason.BOUNCED, detail=f"550 {CARD}?")
    assert BlockedAddress.objects.get().detail == "550 #?"


@pytest.mark.parametrize("path", [f"/{CARD}", f"/v1/customers/{CARD}", "/%34111111111111111"])
def test_a_path_in_the_log_has_no_card_number(path, caplog, db):
    with caplog.at_level(logging.INFO):
        answer = Client(headers={"X-Request-ID": CARD}).get(path)
    assert CARD not in caplog.text
    assert answer["X-Request-ID"] != CARD


@pytest.mark.parametrize(
    "text", ["", "/v1/plans", "4111", "2026-10-01 10:00", "550e8400-e29b-41d4-a716-446655440000"]
)
def test_other_text_is_not_masked(text):
    assert mask_card_numbers(text) == text
