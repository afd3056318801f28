"""Names of cards and bank accounts on pages."""

from django.utils.translation import gettext as _

from customers.models import BankAccountType, PaymentKind, PaymentOption


def describe_card(option: PaymentOption) -> str:
    """Return what a card or a bank account is called in the active language: "Visa ending in 4242"."""
    return _("%(brand)s ending in %(last4)s") % {"brand": _name_kind(option), "last4": option.last4}


def _name_kind(option: PaymentOption) -> str:
    if option.brand:
        return option.brand.title()
    names: dict[str, str] = {
        BankAccountType.CHECKING: _("Checking account"),
        BankAccountType.SAVINGS: _("Savings account"),
    }
    kind = _("Bank account") if option.kind == PaymentKind.BANK_ACCOUNT else _("Card")
    return names.get(option.bank_account_type, kind)
