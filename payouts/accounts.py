"""Where the payouts of a seller go: telling it, changing it, and when it may be paid to."""

from datetime import datetime, timedelta
from typing import Any, TypedDict

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from schwifty import IBAN
from schwifty.exceptions import SchwiftyException

from core import clock
from core.currencies import EXPONENTS
from core.errors import InvalidField
from core.texts import check_display_name, check_text
from customers.countries import COUNTRIES
from customers.models import Organization
from payouts.bank.letters import write_plain
from payouts.directing import note_account
from payouts.errors import PayoutAccountMissing, PayoutAccountTooNew
from payouts.models import MAX_HOLDER, PayoutAccount
from payouts.redirect import redirect_payouts

CHANGED = "The account that payouts go to was changed."


class Destination(TypedDict):
    """Where money goes: a name, an address, and an IBAN, another account, or one at the processor."""

    holder: str
    iban: str
    other_account: str
    processor_account: str
    street: str
    postcode: str
    town: str
    country: str


@transaction.atomic
def change_account(
    *,
    organization_id: int,
    currency: str,
    destination: Destination,
    actor: str,
    by: User | None = None,
    reason: str = "",
) -> PayoutAccount:
    """Let the payouts of a seller in a currency go here from now on, and return the account.

    `by` is the person who says so, who cannot approve these payouts. Payouts that were not sent yet go here,
    too, and must be approved anew. Saying the same again changes nothing. Raises InvalidField.
    """
    if currency not in EXPONENTS:
        raise InvalidField("currency", "must be the ISO 4217 code of a currency, such as EUR")
    checked = check_destination(destination)
    lock_seller(organization_id)
    known = find_account(organization_id=organization_id, currency=currency)
    new = PayoutAccount(
        organization_id=organization_id,
        currency=currency,
        actor=actor,
        reason=check_text("reason", reason, 255),
        **checked,
    )
    if known is not None and known.fingerprint == new.fingerprint:
        return known
    if known is not None:
        known.replaced_at = clock.now()
        known.save(update_fields=["replaced_at"])
    new.save()
    note_account(new, by)
    redirect_payouts(new, actor=actor, by=by, reason=CHANGED)
    return new


def check_destination(destination: Destination) -> dict[str, Any]:
    """Return where money goes as it is kept, with the BIC that belongs to the IBAN. Raises InvalidField."""
    other_account = check_text("other_account", destination["other_account"], 140)
    processor_account = check_text("processor_account", destination["processor_account"], 255, is_code=True)
    iban = _check_iban(destination["iban"])
    if iban is None and not (other_account or processor_account):
        raise InvalidField("iban", "must not be empty, unless there is another account")
    return {
        "holder": _check_name("holder", destination["holder"], MAX_HOLDER),
        "street": _check_name("street", destination["street"], 70),
        "postcode": check_display_name("postcode", destination["postcode"], 16),
        "town": _check_name("town", destination["town"], 35),
        "country": _check_country(destination["country"]),
        "other_account": other_account,
        "processor_account": processor_account,
        "iban": "" if iban is None else iban.compact,
        "bic": "" if iban is None else find_bic(iban.compact),
    }


def find_bic(iban: str) -> str:
    """Return the BIC of the bank that keeps the account of a right IBAN; nothing where it is not known."""
    bic = IBAN(iban).bic
    return "" if bic is None else bic.compact


def find_account(*, organization_id: int, currency: str) -> PayoutAccount | None:
    """Return the account that payouts of a seller in a currency go to now."""
    return PayoutAccount.objects.filter(
        organization_id=organization_id, currency=currency, replaced_at=None
    ).first()


def get_payable_account(*, organization_id: int, currency: str) -> PayoutAccount:
    """Return the account that may be paid to now. Raises PayoutAccountMissing, PayoutAccountTooNew."""
    account = find_account(organization_id=organization_id, currency=currency)
    if account is None:
        raise PayoutAccountMissing
    check_age(account)
    return account


def check_age(account: PayoutAccount) -> None:
    """Raise PayoutAccountTooNew for an account that was told or changed a moment ago.

    Who gets hold of a seller's log-in would change the account first; the seller has time to notice.
    """
    payable = payable_from(account)
    if clock.now() < payable:
        raise PayoutAccountTooNew(payable)


def payable_from(account: PayoutAccount) -> datetime:
    """Return from when on an account may be paid to (UTC)."""
    return account.created_at + timedelta(days=settings.PAYOUT_NEW_ACCOUNT_DAYS)


def lock_seller(organization_id: int) -> None:
    """Lock a seller: its accounts and payouts come about one after the other."""
    Organization.objects.select_for_update(no_key=True).get(pk=organization_id)


def _check_country(text: str) -> str:
    country = text.strip().upper()
    if country not in COUNTRIES:
        raise InvalidField("country", "must be the two letters of ISO 3166, such as DE")
    return country


def _check_iban(text: str) -> IBAN | None:
    if not text.strip():
        return None
    try:
        return IBAN(text)
    except SchwiftyException:
        raise InvalidField("iban", "is no IBAN whose country, length and check digits fit") from None


def _check_name(field: str, text: str, most: int) -> str:
    """Return a name that can be written in the letters of banks. Raises InvalidField for this field."""
    name = check_display_name(field, text, most)
    if not write_plain(name, most):
        raise InvalidField(field, "must have letters that banks can write")
    return name
