"""Cards and bank accounts as clients send them: their numbers go straight to the processor."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from rest_framework import serializers

from charges.processor.card_tries import Origin, name_option
from charges.processor.tokenising import tokenize_bank_account, tokenize_card
from customers.models import BankAccountType, Merchant, PaymentKind, PaymentOption
from customers.payment_options import TokenizedInstrument
from dialects.unibill.errors import UnknownReference
from dialects.unibill.forms import NUMERIC, SecretField, StrictTextField

ROUTING_NUMBER_LENGTH = 9


class RawAccountForm(serializers.Serializer):
    """The number of a card with its expiry, of a bank account with the bank's; or a token for either."""

    accountNumber = SecretField(30, required=False, pattern="[0-9*]+", source="number")
    accountAccessory = StrictTextField(80, required=False, pattern=NUMERIC, source="accessory")
    csc = SecretField(4, required=False, pattern=NUMERIC, source="security_code")
    token = StrictTextField(50, required=False)


def require_raw_account(wanted: Mapping[str, Any]) -> None:
    """Raise ValidationError unless there is a token, or a number with its accessory, but not both."""
    if wanted.get("token"):
        if wanted.get("number") or wanted.get("accessory"):
            raise serializers.ValidationError({"token": ["cannot be given beside an account"]})
        return
    for name, wire in (("number", "accountNumber"), ("accessory", "accountAccessory")):
        if not wanted.get(name):
            raise serializers.ValidationError({wire: ["is required"]})


def exchange_account(
    merchant: Merchant, wanted: Mapping[str, Any], *, origin: Origin, takes_expired: bool = False
) -> TokenizedInstrument:
    """Have the processor keep what was sent, an expired card too if asked; call it outside of transactions.

    Raises UnknownReference for token, and what charges.processor.tokenising raises.
    """
    if token := wanted.get("token"):
        return copy_account(merchant, token)
    number, accessory = wanted["number"], wanted["accessory"]
    means = wanted.get("means") or guess_means(accessory)
    if means in BankAccountType.values:
        return tokenize_bank_account(
            merchant=merchant,
            number=number,
            routing_number=accessory,
            account_type=BankAccountType(means),
            origin=origin,
        )
    return tokenize_card(
        merchant=merchant,
        number=number,
        expiry=accessory,
        origin=origin,
        security_code=wanted.get("security_code"),
        takes_expired=takes_expired,
    )


def guess_means(accessory: str) -> str:
    """Say what an accessory belongs to: the number of a bank has nine digits, an expiry four."""
    if len(accessory) == ROUTING_NUMBER_LENGTH:
        return BankAccountType.CHECKING
    return PaymentKind.CARD


def copy_account(merchant: Merchant, token: str) -> TokenizedInstrument:
    """Return what is kept under a token of ours with this merchant. Raises UnknownReference for token."""
    kept = PaymentOption.objects.filter(customer__merchant=merchant, is_active=True)
    option = kept.filter(public_id=_read_token(token)).first()
    if option is None:
        raise UnknownReference("token")
    return TokenizedInstrument(
        gateway=option.gateway,
        gateway_token=option.gateway_token,
        kind=PaymentKind(option.kind),
        last4=option.last4,
        brand=option.brand,
        exp_month=option.exp_month,
        exp_year=option.exp_year,
        bank_account_type=option.bank_account_type,
        routing_number=option.routing_number,
        fingerprint=name_option(option),
    )


def show_token(option: PaymentOption) -> str:
    """Return our token for what is kept at the processor, whose own token nobody sees."""
    return option.public_id.hex


def mask_number(option: PaymentOption) -> str:
    """Return what may be shown of the number of a card or bank account."""
    return f"****{option.last4}"


def show_accessory(option: PaymentOption) -> str:
    """Return the expiry of a card as MMyy, or the routing number of a bank account."""
    if option.kind == PaymentKind.BANK_ACCOUNT:
        return option.routing_number
    return f"{option.exp_month:02d}{(option.exp_year or 0) % 100:02d}"


def _read_token(token: str) -> UUID:
    try:
        return UUID(hex=token)
    except ValueError:
        raise UnknownReference("token") from None
