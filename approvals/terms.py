"""The terms of an approval: one text for one meaning, and its fingerprint."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def write_terms(terms: Mapping[str, Any]) -> str:
    """Return terms as JSON that is the same whatever the order of the names.

    Values are text, whole numbers, flags, None, and lists and dictionaries of them; amounts are in minor
    units (cents). Raises TypeError for anything else, a float included: it has more than one spelling.
    """
    _refuse_floats(terms)
    return json.dumps(terms, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def hash_terms(text: str) -> str:
    """Return the fingerprint of terms as they are written: SHA-256 in 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("terms have no floats")
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for each in value:
            _refuse_floats(each)
