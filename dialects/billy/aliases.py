"""Parameters that later clients of Billy call otherwise, and other names of a card, which are refused."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar, cast

from rest_framework import serializers
from rest_framework.exceptions import ValidationError

# An ignored card or bank account would charge the customer's default instead.
FUNDING_SOURCE = re.compile(
    r"(payment|payment_?method|payment_?source|funding|funding_?instrument|funding_?source|source|destination"
    r"|card|credit_?card|bank_?account|instrument)(_?(uri|url|href|id|guid|token))?",
    re.IGNORECASE,
)


class AliasedForm(serializers.Serializer):
    """A form some of whose parameters have a second name."""

    aliases: ClassVar[Mapping[str, str]] = {}

    def to_internal_value(self, data: Mapping[str, str]) -> Any:
        """Read the parameters by either name. Raises ValidationError, which uses the names that were sent."""
        sent = {name: alias for alias, name in self.aliases.items() if data.get(alias, "").strip()}
        errors = self._find_contradictions(data, sent) | self.find_refused(data)
        try:
            read = super().to_internal_value({**data, **{name: data[alias] for name, alias in sent.items()}})
        except ValidationError as error:
            by_field = cast(dict[str, Any], error.detail)
            errors |= {sent.get(name, name): reasons for name, reasons in by_field.items()}
        if errors:
            raise ValidationError(errors)
        return read

    def find_refused(self, data: Mapping[str, str]) -> dict[str, Any]:
        """Return the parameters that may not be ignored although no field reads them, and why."""
        return {}

    def _find_contradictions(self, data: Mapping[str, str], sent: Mapping[str, str]) -> dict[str, Any]:
        return {
            alias: [f"Differs from {name}."]
            for name, alias in sent.items()
            if data.get(name, "").strip() and data[name] != data[alias]
        }


class FundedForm(AliasedForm):
    """A form with a card or bank account, which is read by both names that Billy had for it."""

    aliases: ClassVar[Mapping[str, str]] = {"funding_instrument_uri": "payment_uri"}

    def find_refused(self, data: Mapping[str, str]) -> dict[str, Any]:
        """Return other names of a card or bank account."""
        known = {*self.fields, *self.aliases}
        unknown = [
            name for name in data if name not in known and FUNDING_SOURCE.fullmatch(name.replace("-", "_"))
        ]
        return {name: ["Send it as payment_uri."] for name in unknown}
