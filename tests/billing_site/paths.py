"""List every path of the server, with a value for each of its parameters."""

import re
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern
from django.utils.regex_helper import normalize

CONVERTER = re.compile("<(?:([a-z]+):)?([a-z_]+)>")
PARAMETER = re.compile(r"%\((\w+)\)s")


def list_patterns(resolver: URLResolver | None = None, before: str = "") -> Iterator[str]:
    """Return each path as text with `{name}` for its parameters."""
    for entry in (resolver or get_resolver()).url_patterns:
        path = before + write_pattern(entry)
        if isinstance(entry, URLPattern):
            yield f"/{path}"
        else:
            yield from list_patterns(entry, path)


def write_pattern(entry: URLPattern | URLResolver) -> str:
    """Return a pattern with `{name}` for its parameters; of a regular expression, its shortest form."""
    if isinstance(entry.pattern, RoutePattern):
        return CONVERTER.sub(r"{\2}", str(entry.pattern))
    text = str(entry.pattern).removesuffix(r"\Z").removesuffix("/?")
    shortest = min(normalize(text), key=lambda form: len(form[0]))[0]
    return PARAMETER.sub(r"{\1}", shortest)


def fill(pattern: str, value: str) -> str:
    """Return a path with one value for all parameters."""
    return re.sub(r"\{\w+\}", value, pattern)
