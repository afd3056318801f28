"""Values, bodies and headers that nobody sends in good faith: values.json, and some that are long."""

import json
from pathlib import Path
from typing import Any

WORDS: dict[str, Any] = json.loads((Path(__file__).parent / "values.json").read_text())

TEXTS = (*WORDS["texts"], "a" * 300, "é" * 200, "9" * 5000, "x" * 70_000)
NATIVE = (*WORDS["native"], [{}] * 50, ["a"] * 2000)
RAW = (*WORDS["raw"], "9" * 5000, "[" * 5000, '{"a":' * 5000)  # JSON that json.dumps does not write.
LONG_BODIES = ("<a>" * 3000, "&".join("a" * 2000), "[" * 20_000, '{"a":' * 20_000, "a=" + "b" * 70_000)
BODIES = (*WORDS["bodies"], *LONG_BODIES)
TYPES = (*WORDS["types"], "a" * 5000, 'multipart/form-data; boundary="' + "x" * 300 + '"')
LONG_HEADERS = (
    *(("Accept", "x," * 2000), ("Accept-Language", "de-" * 300), ("Authorization", "Basic " + "A" * 9000)),
    *(("Authorization", "Bearer " + "a" * 9000), ("Idempotency-Key", "a" * 300), ("Cookie", "a" * 9000)),
    *(("Host", "x" * 300), ("Referer", "x" * 5000), ("X-Forwarded-For", "1," * 500)),
    ("Stripe-Signature", "t=" + "9" * 400 + ",v1=a"),
)
HEADERS = (*((name, value) for name, values in WORDS["headers"].items() for value in values), *LONG_HEADERS)
SEGMENTS = (*WORDS["segments"], "a" * 300, "a" * 5000, "PL" + "1" * 400)
METHODS = WORDS["methods"]
NAMES = (*WORDS["names"], "a" * 300)


def write_text(value: str) -> str:
    """UTF-8 as characters of bytes; a lone surrogate becomes the bytes that it would have."""
    return value.encode("utf-8", "surrogatepass").decode("latin-1")
