"""Answers before they are written in a format."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from dialects.unibill.xml import ElementTree, make_element

Scalar = str | int | bool | date | None


@dataclass(frozen=True, slots=True)
class Record:
    """An object under the name of its XML element; a field that is None is left out in every format."""

    element: str
    fields: "Mapping[str, Scalar | Record | Records]"

    def to_plain(self) -> dict[str, Any]:
        """Return it for JSON: numbers and booleans stay what they are."""
        return {name: _to_plain(value) for name, value in self.fields.items() if value is not None}

    def to_element(self) -> ElementTree.Element:
        """Return it for XML: plain fields are attributes, what is inside it are children."""
        known = [(name, value) for name, value in self.fields.items() if value is not None]
        texts = {name: write_text(value) for name, value in known if not isinstance(value, Record | Records)}
        element = make_element(self.element, texts)
        element.extend(value.to_element() for _, value in known if isinstance(value, Record | Records))
        return element

    def to_pairs(self, prefix: str = "") -> list[tuple[str, str]]:
        """Return it for a form: `processingInfo.responseCode` is a field of what is inside it."""
        pairs = []
        for name, value in self.fields.items():
            if isinstance(value, Record | Records):
                pairs += value.to_pairs(f"{prefix}{name}.")
            elif value is not None:
                pairs.append((f"{prefix}{name}", write_text(value)))
        return pairs


@dataclass(frozen=True, slots=True)
class Records:
    """A list of objects under the name of its XML element."""

    element: str
    items: Sequence[Record]

    def to_plain(self) -> list[dict[str, Any]]:
        """Return it for JSON."""
        return [item.to_plain() for item in self.items]

    def to_element(self) -> ElementTree.Element:
        """Return it for XML."""
        element = make_element(self.element, {})
        element.extend(item.to_element() for item in self.items)
        return element

    def to_pairs(self, prefix: str = "") -> list[tuple[str, str]]:
        """Return it for a form, numbered from 0: `adjustments.0.type`."""
        return [
            pair for number, item in enumerate(self.items) for pair in item.to_pairs(f"{prefix}{number}.")
        ]


def write_text(value: Scalar) -> str:
    """Return a value as text: true or false, yyyy-MM-dd, an instant as yyyy-MM-dd HH:mm:ss in UTC."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
    return str(value)


def _to_plain(value: Any) -> Any:
    if isinstance(value, Record | Records):
        return value.to_plain()
    return value if isinstance(value, bool | int) else write_text(value)
