"""The shape of request bodies. Limits and rules are in `charges.requests`."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from charges.models import MAX_AMOUNT_MINOR, MAX_QUANTITY
from charges.requests.allowed_currencies import check_currency, list_currencies
from charges.requests.limits import MAX_NAME, MAX_URL, check_amount, check_amounts, check_name
from core.errors import InvalidField
from core.instants import EXAMPLE, read_instant
from dialects.text.parsers import FormText
from gateway.sandbox_behaviours import TEST_CARD_NAMES
from subscriptions.lifecycle.limits import (
    MAX_EXTERNAL_ID,
    MAX_TRIAL_DAYS,
    check_external_id,
    check_trial_days,
)

MAX_MONTHS = 36
FORM_INTEGER = re.compile(r"[0-9]{1,10}")
FLAGS: dict[object, bool] = {"0": False, "false": False, "1": True, "true": True}


class Field(serializers.Field):
    """A field whose refusals are parts of a sentence that begins with its name.

    Where null is allowed and the field is not required, null counts as not sent.
    """

    default_error_messages = {"required": "is required", "null": "must not be null"}

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        """Return whether there is nothing to convert, and what counts instead. Raises SkipField."""
        is_nothing = data is None and self.allow_null and not self.required
        answer: tuple[bool, Any] = super().validate_empty_values(serializers.empty if is_nothing else data)
        return answer


class LimitedField(Field):
    """A field of the JSON Schema type `described_as`, whose limits (in its words) the services check."""

    described_as: ClassVar[str]

    def __init__(self, *, limits: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.limits = limits or {}


class StrictIntegerField(LimitedField):
    """An integer literal in JSON (not 1.0, not "1", not true), ASCII digits in a form."""

    described_as = "integer"

    def to_internal_value(self, data: object) -> int:
        """Return the integer. Raises ValidationError."""
        if type(data) is int:
            return data
        if isinstance(data, FormText) and FORM_INTEGER.fullmatch(data):
            return int(data)
        raise serializers.ValidationError("must be an integer")


@extend_schema_field(OpenApiTypes.BOOL)
class StrictFlagField(Field):
    """A boolean; clients also send 0 and 1, as numbers and as text, and true and false as text."""

    def to_internal_value(self, data: object) -> bool:
        """Return the boolean. Raises ValidationError."""
        if type(data) is bool:
            return data
        flag = FLAGS.get(str(data)) if type(data) in (int, str, FormText) else None
        if flag is None:
            raise serializers.ValidationError("must be true or false")
        return flag


class StrictTextField(LimitedField):
    """Text; a number is not taken for it."""

    described_as = "string"

    def to_internal_value(self, data: object) -> str:
        """Return the text. Raises ValidationError."""
        if type(data) not in (str, FormText):
            raise serializers.ValidationError("must be text")
        return str(data)


@extend_schema_field({"type": "array", "items": {"type": "string"}})
class StrictListField(Field):
    """A list of texts; in a form, one text with commas between."""

    def to_internal_value(self, data: object) -> list[str]:
        """Return the list. Raises ValidationError."""
        if isinstance(data, FormText):
            return [part.strip() for part in data.split(",") if part.strip()]
        if type(data) is not list or any(type(part) is not str for part in data):
            raise serializers.ValidationError("must be a list of texts")
        return data


@extend_schema_field(OpenApiTypes.DATETIME)
class StrictInstantField(Field):
    """An instant as RFC 3339 writes it, with its zone."""

    def to_internal_value(self, data: object) -> datetime:
        """Return the instant in UTC. Raises ValidationError."""
        try:
            if type(data) in (str, FormText):
                return read_instant(str(data))
        except ValueError:
            pass
        raise serializers.ValidationError(f"must be a time with its zone, such as {EXAMPLE}")


class ReturnUrlField(StrictTextField):
    """A URL, or none (null, and in a form nothing) for a page that closes by itself."""

    def run_validation(self, data: Any = serializers.empty) -> str:
        """Return the URL, empty for none. Raises ValidationError."""
        if data is None or (data == "" and isinstance(data, FormText)):
            return ""
        if data == "":
            raise serializers.ValidationError("must be a URL or null")
        return super().run_validation(data)


class ExternalIdField(StrictTextField):
    """The seller's own name for what is sold; null and nothing are the same."""

    def run_validation(self, data: Any = serializers.empty) -> str:
        """Return the text, empty for null. Raises ValidationError."""
        return super().run_validation("" if data is None else data)


@extend_schema_field({"type": "string", "enum": list(TEST_CARD_NAMES)})
class TestCardField(StrictTextField):
    """What the sandbox's card does that pays a test charge; only with test: true."""


class NewPurchaseSerializer(serializers.Serializer):
    """What every charge says, direct or recurrent."""

    name = StrictTextField(limits={"minLength": 1, "maxLength": MAX_NAME})
    price = StrictIntegerField(source="price_minor", limits={"minimum": 1, "maximum": MAX_AMOUNT_MINOR})
    currency = StrictTextField(default=None, allow_null=True, help_text="One that the operator allows.")

    def validate_name(self, name: str) -> str:
        """Check it here too, so that every bad field is reported at once."""
        return _report(check_name, name)

    def validate_price(self, price: int) -> int:
        """Check it here too, so that every bad field is reported at once."""
        return _report(lambda value: check_amount("price_minor", value, currency=self._priced_in), price)

    def validate_currency(self, currency: str | None) -> str:
        """Check it here too, so that every bad field is reported at once."""
        return _report(check_currency, currency)

    @property
    def _priced_in(self) -> str | None:
        """The currency that is asked for, if it is one, for what is said about the price."""
        said = self.initial_data.get("currency")
        return said if said in list_currencies() else None


class ForAdminSerializer(serializers.Serializer):
    """What billing_admin may say beside: whose application is sold, and for which commission."""

    order_client_id = StrictTextField(default=None, allow_null=True)
    commission_percent = StrictIntegerField(default=None, allow_null=True)


class NewChargeSerializer(NewPurchaseSerializer):
    """A direct charge as any token may ask for it."""

    quantity = StrictIntegerField(limits={"minimum": 1, "maximum": MAX_QUANTITY})
    return_url = ReturnUrlField(allow_null=True, limits={"format": "uri", "maxLength": MAX_URL})
    per_account = StrictFlagField(default=False, allow_null=True)
    test = StrictFlagField(default=False, allow_null=True)
    test_card = TestCardField(default=None, allow_null=True)

    def validate_quantity(self, quantity: int) -> int:
        """Check it here too, so that every bad field is reported at once."""
        _report(lambda value: check_amounts(price_minor=1, quantity=value), quantity)
        return quantity


class NewChargeByAdminSerializer(NewChargeSerializer, ForAdminSerializer):
    """A direct charge for any application, as billing_admin may ask for it."""


class NewRecurrentChargeSerializer(NewPurchaseSerializer):
    """A recurrent charge as any token may ask for it."""

    return_url = ReturnUrlField(allow_null=True, limits={"format": "uri", "maxLength": MAX_URL})
    external_id = ExternalIdField(default="", allow_null=True, limits={"maxLength": MAX_EXTERNAL_ID})
    trial_days = StrictIntegerField(
        default=0, allow_null=True, limits={"minimum": 0, "maximum": MAX_TRIAL_DAYS}
    )
    months = StrictIntegerField(default=1, allow_null=True, limits={"minimum": 1, "maximum": MAX_MONTHS})
    per_account = StrictFlagField(default=False, allow_null=True)
    test = StrictFlagField(default=False, allow_null=True)
    test_card = TestCardField(default=None, allow_null=True)

    def validate_external_id(self, value: str) -> str:
        """Check it here too, so that every bad field is reported at once."""
        return _report(check_external_id, value)

    def validate_trial_days(self, days: int) -> int:
        """Check it here too, so that every bad field is reported at once."""
        return _report(check_trial_days, days)

    def validate_months(self, months: int) -> int:
        """Return the length of a period. Raises ValidationError."""
        if not 1 <= months <= MAX_MONTHS:
            raise serializers.ValidationError(f"must be between 1 and {MAX_MONTHS}")
        return months


class NewRecurrentChargeByAdminSerializer(NewRecurrentChargeSerializer, ForAdminSerializer):
    """A recurrent charge for any application, as billing_admin may ask for it."""


def _report(check: Any, value: Any) -> Any:
    try:
        return check(value)
    except InvalidField as error:
        raise serializers.ValidationError(str(error)) from None
