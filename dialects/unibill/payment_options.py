"""Payment options: the cards and bank accounts that customers pay with."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from rest_framework.response import Response

from core.errors import InvalidField
from customers.models import PaymentOption
from customers.payment_options import (
    TokenizedInstrument,
    add_customer_option,
    change_customer_option,
    list_customer_options,
)
from dialects.unibill.actions import PAYMENT_OPTIONS
from dialects.unibill.codes import ACCOUNT_TYPES, CHARGEABLE_TYPES, spell
from dialects.unibill.customers import AddressForm, show_address
from dialects.unibill.forms import CodeField, PageForm, StrictFlagField, StrictTextField, WordField
from dialects.unibill.instruments import (
    RawAccountForm,
    exchange_account,
    mask_number,
    require_raw_account,
    show_accessory,
    show_token,
)
from dialects.unibill.records import Record, Records
from dialects.unibill.references import get_by_reference
from dialects.unibill.views import UniBillViewSet

FIXED = ("number", "accessory", "token")
ADDED = ("holder_name", "is_active", "street1", "street2", "city", "state", "country_code", "zip_code")


class OptionForm(RawAccountForm, AddressForm):
    """A card or bank account."""

    code = CodeField(required=False)
    type = WordField(CHARGEABLE_TYPES, required=False, source="means")
    holderName = StrictTextField(150, required=False, source="holder_name")
    isActive = StrictFlagField(default=True, source="is_active")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Return what is wanted. Raises ValidationError for a new one without an account."""
        if not self.partial:
            require_raw_account(attrs)
        return attrs


class PaymentOptionViewSet(UniBillViewSet):
    """Payment options of a customer."""

    resource = PAYMENT_OPTIONS
    processor_actions = frozenset({"create", "modify"})
    forms = {"create": OptionForm, "find": PageForm, "modify": OptionForm}

    def create(self, request: HttpRequest, customer_id: str) -> HttpResponse:
        """Have the processor keep a card or bank account, and keep its token."""
        merchant = self.customer.merchant
        account = self.prepare_once(lambda: exchange_account(merchant, self.wanted, origin=self.origin))
        return self.answer_once(lambda: show_option(self._add(account)))

    def find(self, request: HttpRequest, customer_id: str) -> Response:
        """List a customer's options, oldest first."""
        options = list_customer_options(self.customer.pk)
        page = options[self.wanted["offset"] :][: self.wanted["limit"]]
        return Response(Records("payment-options", [show_option(option) for option in page]))

    def load(self, request: HttpRequest, customer_id: str, payment_option_id: str) -> Response:
        """Show an option."""
        return Response(show_option(self._get(payment_option_id)))

    def modify(self, request: HttpRequest, customer_id: str, payment_option_id: str) -> Response:
        """Change what is known of an option beside the account, or whether it may be charged."""
        option = self._get(payment_option_id)
        refuse_another_account(option, self.wanted)
        return Response(show_option(change_customer_option(option.pk, **self._fields())))

    def _get(self, reference: str) -> PaymentOption:
        return get_by_reference(list_customer_options(self.customer.pk), reference)

    def _add(self, account: TokenizedInstrument) -> PaymentOption:
        return add_customer_option(
            customer=self.customer, account=account, code=self.wanted.get("code"), **self._fields()
        )

    def _fields(self) -> Any:
        return {name: self.wanted[name] for name in ADDED if name in self.wanted}


def refuse_another_account(option: PaymentOption, wanted: Any) -> None:
    """Raise InvalidField when the account itself is to change; what we showed may come back."""
    number, accessory, token = (wanted.get(name) for name in FIXED)
    if number and not number.passes(lambda value: value == mask_number(option)):
        raise InvalidField("number", "cannot be changed: create another payment option")
    if accessory and accessory != show_accessory(option):
        raise InvalidField("accessory", "cannot be changed: create another payment option")
    if token and token != show_token(option):
        raise InvalidField("token", "cannot be changed: create another payment option")


def show_option(option: PaymentOption) -> Record:
    """Return an option as UniBill's clients read it; of its number, the last four digits."""
    return Record(
        "payment-option",
        {
            "id": option.pk,
            "code": option.code or str(option.pk),
            "createDate": option.created_at,
            "type": spell(ACCOUNT_TYPES, option.account_type),
            "accountNumber": mask_number(option),
            "accountAccessory": show_accessory(option),
            "tokenCode": show_token(option),
            "holderName": option.holder_name or None,
            "isActive": option.is_active,
            **show_address(option),
            "address": option.address or None,
        },
    )
