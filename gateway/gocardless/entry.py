"""Mandates: the page on which a buyer gives one, what is kept of it, and its end."""

from typing import Any

from gateway.base import GatewayError
from gateway.cards import BankAccountToken, CardEntry, CardRefused
from gateway.gocardless.client import NOT_THERE, Api, Rejected, find_one, read_all, read_one
from gateway.gocardless.stopping import TAKES_PAYMENTS
from gateway.movements import CUSTOMER, SOURCE, Movement

CUSTOMER_KEY, CUSTOMER_PREFIX = "customer", "CU"


def open_entry(api: Api, *, customer: str, currency: str, return_url: str, cancel_url: str) -> CardEntry:
    """Open a page of GoCardless on which a buyer enters name and bank account and agrees to debits.

    GoCardless makes its record of the customer from what they enter. Raises GatewayError.
    """
    request = read_one(
        lambda: api.billing_requests.create(
            params={"mandate_request": {"currency": currency}, "metadata": {CUSTOMER_KEY: customer}}
        )
    )
    flow = read_one(
        lambda: api.flows.create(
            params={
                "redirect_uri": return_url,
                "exit_uri": cancel_url,
                "lock_currency": True,
                "links": {"billing_request": request["id"]},
            }
        )
    )
    return CardEntry(url=_read_text(flow, "authorisation_url"), session=_read_text(request, "id"))


def read_entry(api: Api, session: str) -> BankAccountToken | None:
    """Return what was entered, None while it is not done. Raises CardRefused, GatewayError."""
    request = find_one(api.billing_requests, session)
    if request is None or request.get("status") == "cancelled":
        raise CardRefused("number", "was not entered; please start again")
    if request.get("status") != "fulfilled":
        return None
    mandate = ((request.get("mandate_request") or {}).get("links") or {}).get("mandate")
    if not mandate:
        return None  # It is told a moment after the rest.
    token = read_mandate(api, str(mandate))
    if token is None:
        raise CardRefused("number", "is of an account that cannot be debited")
    return token


def read_mandate(api: Api, token: str) -> BankAccountToken | None:
    """Return the account that a mandate debits, None when it cannot be debited any more.

    Raises GatewayError.
    """
    mandate = find_one(api.mandates, token)
    if mandate is None or mandate.get("status") not in TAKES_PAYMENTS:
        return None
    account = find_one(api.bank_accounts, _read_text(mandate.get("links"), "customer_bank_account"))
    if account is None:
        return None
    return BankAccountToken(token=token, last4=_read_text(account, "account_number_ending")[-4:])


def cancel_mandate(api: Api, token: str) -> None:
    """End a mandate; GoCardless cancels the payments of it that have not gone to a bank.

    One that has ended, or that GoCardless does not know, is fine. Raises GatewayError.
    """
    try:
        read_one(lambda: api.mandates.cancel(token))
    except Rejected as refusal:
        if not refusal.reasons & {NOT_THERE, "cancellation_failed"}:
            raise


def find_mandate(api: Api, movement: Movement) -> str:
    """Return the mandate that a charge debits, empty when its customer has none. Raises GatewayError."""
    payer = name_payer(movement)
    if "mandate" in payer:
        return payer["mandate"]
    if not payer["customer"].startswith(CUSTOMER_PREFIX):
        return ""  # A name of ours: GoCardless makes its own record with the first mandate.
    mandates = read_all(api.mandates, payer)
    return next((str(each["id"]) for each in mandates if each.get("status") in TAKES_PAYMENTS), "")


def name_payer(movement: Movement) -> dict[str, str]:
    """Return the filter of lists that finds all payments of who pays.

    The newest mandate of a customer may be another one later.
    """
    if movement.token.startswith(CUSTOMER):
        return {"customer": movement.token.removeprefix(CUSTOMER)}
    return {"mandate": movement.token.removeprefix(SOURCE)}


def _read_text(attributes: Any, name: str) -> str:
    text = attributes.get(name) if isinstance(attributes, dict) else None
    if not isinstance(text, str) or not text:
        raise GatewayError(f"GoCardless told no {name}.")
    return text
