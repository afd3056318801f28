"""Compares an answer with the recorded one, field by field."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from operations.conformance.templates import OPTIONAL, PLACEHOLDER, Known, matches

LONGEST = 200  # Characters of a value that is shown.


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that is not as recorded; values as texts, "nothing" for one that is not there."""

    field: str
    recorded: str
    found: str


def compare(field: str, recorded: Any, found: Any, known: Known) -> Iterator[Difference]:
    """Yield the differences of a value; what has a name is learned on the way. The order of keys is free."""
    if isinstance(recorded, dict) and isinstance(found, dict):
        for name in [*recorded, *(found.keys() - recorded.keys())]:
            yield from _compare_member(f"{field}.{name}", name, recorded, found, known)
    elif isinstance(recorded, list) and isinstance(found, list):
        yield from _compare_list(field, recorded, found, known)
    elif not _is_same(recorded, found, known):
        yield Difference(field, show(recorded), show(found))


def _compare_member(
    field: str, name: str, recorded: dict[str, Any], found: dict[str, Any], known: Known
) -> Iterator[Difference]:
    if recorded.get(name) == OPTIONAL:
        return
    if name not in found:
        yield Difference(field, show(recorded[name]), "nothing")
    elif name not in recorded:
        yield Difference(field, "nothing", show(found[name]))
    else:
        yield from compare(field, recorded[name], found[name], known)


def _compare_list(field: str, recorded: list[Any], found: list[Any], known: Known) -> Iterator[Difference]:
    """Look for each recorded entry: a deployment may have others between them, but not in another order."""
    start = 0
    for place, entry in enumerate(recorded):
        tries = [
            (*_try(f"{field}[{place}]", entry, each, known), at) for at, each in enumerate(found[start:])
        ]
        if not tries:
            yield Difference(f"{field}[{place}]", show(entry), "nothing")
            continue
        differences, learned, at = min(tries, key=lambda each: len(each[0]))
        yield from differences
        known.update(learned)
        start += at + 1


def _try(field: str, recorded: Any, found: Any, known: Known) -> tuple[list[Difference], Known]:
    learned = dict(known)
    return [*compare(field, recorded, found, learned)], learned


def _is_same(recorded: Any, found: Any, known: Known) -> bool:
    """Compare single values: 1 is neither true nor "1"."""
    if isinstance(recorded, str) and (whole := PLACEHOLDER.fullmatch(recorded)) and whole[1] == "number":
        return type(found) is int and matches(recorded, str(found), known)
    if isinstance(recorded, str) and isinstance(found, str):
        return matches(recorded, found, known)
    return type(recorded) is type(found) and bool(recorded == found)


def show(value: Any) -> str:
    """Return a value as it is printed, cut where it is long."""
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
