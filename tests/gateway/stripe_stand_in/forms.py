"""Parameters as Stripe's clients write them: metadata[attempt]=x, expand[0]=y."""

import re
from typing import Any
from urllib.parse import parse_qsl

PART = re.compile(r"([^\[\]]+)")


def read_form(text: str) -> dict[str, Any]:
    """Return nested parameters; what has numbers for names is a list."""
    tree: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        *folders, last = PART.findall(name)
        place = tree
        for folder in folders:
            place = place.setdefault(folder, {})
        place[last] = value
    return {name: _as_list(value) for name, value in tree.items()}


def _as_list(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    values = [_as_list(value) for value in node.values()]
    return values if all(name.isdecimal() for name in node) else dict(zip(node, values, strict=True))
