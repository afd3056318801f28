"""Checks of the fields of customers and payment options."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypedDict

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, RegexValidator
from django.db.models import Model

from core.errors import InvalidField
from core.texts import check_display_name, check_text, refuse_card_number
from customers.models import MAX_CODE, MAX_REFERENCE

NAMES = ("first_name", "last_name", "organization_name", "holder_name")
VALIDATORS: Mapping[str, Callable[[str], None]] = {
    "email": EmailValidator("must be an e-mail address"),
    "phone": RegexValidator(r"\A[0-9 +().-]+\Z", "must be a telephone number"),
    "country_code": RegexValidator(r"\A[A-Za-z]+\Z", "must be the letters of a country"),
}


class AddressFields(TypedDict, total=False):
    """The parts of an address."""

    street1: str
    street2: str
    city: str
    state: str
    country_code: str
    zip_code: str


class CustomerFields(AddressFields, total=False):
    """What may be known of a customer, and changed."""

    first_name: str
    last_name: str
    organization_name: str
    email: str
    phone: str
    is_active: bool


class OptionFields(AddressFields, total=False):
    """What may be known of a payment option beside the account itself, and changed."""

    holder_name: str
    is_active: bool


def check_fields(
    model: type[Model], fields: Mapping[str, Any], *, allowed: Collection[str]
) -> dict[str, Any]:
    """Return values as they are kept, with texts checked for their columns.

    Raises InvalidField, and TypeError for a field that is none of the allowed.
    """
    if strange := fields.keys() - set(allowed):
        raise TypeError(f"not to be set here: {sorted(strange)}")
    return {name: _check(model, name, value) for name, value in fields.items()}


def check_code(code: str | None) -> str | None:
    """Return a merchant's own name of something, None for none. Raises InvalidField."""
    return check_text("code", code or "", MAX_CODE, is_code=True) or None


def check_reference(field: str, reference: str | None) -> str | None:
    """Return a processor's name of something exactly as it was given. Raises InvalidField."""
    if reference is not None and len(reference) > MAX_REFERENCE:
        raise InvalidField(field, f"must not have more than {MAX_REFERENCE} characters")
    refuse_card_number(field, reference or "", is_code=True)
    return reference


def _check(model: type[Model], name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    column = model._meta.get_field(name)
    check = check_display_name if name in NAMES else check_text
    text = check(name, value, column.max_length)  # type: ignore[union-attr, arg-type]
    if text and name in VALIDATORS:
        try:
            VALIDATORS[name](text)
        except ValidationError as error:
            raise InvalidField(name, error.messages[0]) from None
    return text
