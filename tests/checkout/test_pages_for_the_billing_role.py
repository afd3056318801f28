"""Pages about money and members need the billing role, those about oneself a log-in: one table of all."""

import pytest
from django.urls import reverse

from checkout import urls
from operations.factories import AccountFactory
from tests.desk import log_in

pytestmark = pytest.mark.django_db

KEY = {"public_id": "0b0e4f0e-3f5c-4c9f-9d3b-0d4c4d1c9f10"}
MONTH = {"month": "2026-01"}
FOR_BILLING = {
    "members": {},
    "member_role": KEY,
    "withdraw_invitation": KEY,
    "cards": {},
    "add_card": {},
    "card_done": {},
    "choose_card": KEY,
    "remove_card": KEY,
    "statements": {},
    "statement": MONTH,
    "statement_csv": MONTH | {"currency": "USD"},
    "statement_pdf": MONTH | {"currency": "USD"},
    "payouts": {},
    "payout_account": {},
    "cancel_payout": KEY,
    "billing_details": {},
    "invoices": {},
    "invoice_file": KEY | {"form": "pdf"},
    "subscriptions": {},
    "payments": {},
    "receipt_file": KEY,
    "receipt": KEY,
    "confirm_payment": KEY,
    "payment_confirmed": KEY,
    "cancel": KEY,
    "remove_app": {},
}
FOR_ONESELF = {
    "account": {},
    "password": {},
    "preferences": {},
    "withdraw": KEY | {"kind": "charge"},
    "devices": {},
    "connected_apps": {},
    "revoke_app": {},
    "end_other_sessions": {},
    "end_session": KEY,
}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "parts"), FOR_BILLING.items(), ids=FOR_BILLING)
def test_who_lacks_the_billing_role_is_sent_to_a_colleague(name, parts):
    reader = log_in(AccountFactory(has_billing_role=False))
    for answer in (reader.get(reverse(name, kwargs=parts)), reader.post(reverse(name, kwargs=parts))):
        assert answer.status_code == 403
        assert answer.templates[0].name == "checkout/no_billing_role.html"


@pytest.mark.parametrize(
    ("name", "parts"), (FOR_BILLING | FOR_ONESELF).items(), ids=FOR_BILLING | FOR_ONESELF
)
def test_a_stranger_is_asked_to_log_in(name, parts, client):
    path = reverse(name, kwargs=parts)
    asked = client.get(path)
    assert (asked.status_code, asked["Location"]) == (302, f"/login/?next={path}")


def test_each_page_for_the_billing_role_stands_in_the_table():
    assert {path.name for path in urls.urlpatterns if is_guarded(path.callback)} == FOR_BILLING.keys()


def is_guarded(view) -> bool:
    names = set()
    while view is not None:
        names.add(view.__code__.co_qualname if hasattr(view, "__code__") else "")
        view = getattr(view, "__wrapped__", None)
    return "for_billing_role.<locals>.guarded" in names
