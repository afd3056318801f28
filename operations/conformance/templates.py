"""Placeholders in recorded texts: {{kind}}, or {{kind:name}} for a value that comes up again."""

import re

KINDS = {
    "uuid": r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    "guid": r"(?:CP|CU|PL|SU|TX|IV)[1-9A-HJ-NP-Za-km-z]{21,22}",
    "key": r"[1-9A-HJ-NP-Za-km-z]{43,44}",
    "instant": r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{6})?Z?",
    "day": r"\d{4}-\d\d-\d\d",
    "digits": r"\d+",
    "number": r"\d+",  # In JSON: an integer, not text.
    "text": r".*",
    "either": "",  # {{either:processed|success}}: one of these.
}
OPTIONAL = "{{optional}}"  # A field that may be there with any value, or not.
PLACEHOLDER = re.compile(r"\{\{(\w+)(?::([^{}]*))?\}\}")
Known = dict[str, str]


class UnknownValue(Exception):
    """A request needs a value that no earlier answer had."""


def fill(text: str, known: Known) -> str:
    """Return a text of a request with the values that are known by now. Raises UnknownValue."""

    def find(match: re.Match[str]) -> str:
        name = match[2] or match[1]
        if name not in known:
            raise UnknownValue(name)
        return known[name]

    return PLACEHOLDER.sub(find, text)


def matches(template: str, found: str, known: Known) -> bool:
    """Say whether a text is as recorded; values with a name are kept, or compared with what is known."""
    match = re.fullmatch(_make_pattern(template, known), found, re.DOTALL)
    if match is None:
        return False
    names = [_name(each) for each in PLACEHOLDER.finditer(template) if each[1] != "either"]
    pairs = [*zip(names, match.groups(), strict=True)]
    known.update({name: value for name, value in pairs if name})
    return True


def _make_pattern(template: str, known: Known) -> str:
    pattern, end = "", 0
    for each in PLACEHOLDER.finditer(template):
        pattern += re.escape(template[end : each.start()]) + _describe(each, known)
        end = each.end()
    return pattern + re.escape(template[end:])


def _describe(placeholder: re.Match[str], known: Known) -> str:
    if placeholder[1] == "either":
        return f"(?:{'|'.join(map(re.escape, placeholder[2].split('|')))})"
    name = _name(placeholder)
    value = known.get(name) if name else None
    return f"({KINDS.get(placeholder[1], '.*') if value is None else re.escape(value)})"


def _name(placeholder: re.Match[str]) -> str | None:
    """Return the name of a value: after the kind, or alone where it is no kind, as in {{run}}."""
    return placeholder[2] or (None if placeholder[1] in KINDS else placeholder[1])
