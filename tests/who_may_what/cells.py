"""Which principal asks for which operation about whose record: all of it, or a share that takes no time."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tests.who_may_what.asking import list_formats
from tests.who_may_what.kinds import NOBODY, STAFF, Principal
from tests.who_may_what.operations import Operation
from tests.who_may_what.policy import DOORS, Row
from tests.who_may_what.records import names_records

VERSIONS = re.compile(r"v(\d)/(direct_charge|recurrent_charge|ledger)")
OWN, FOREIGN, UNKNOWN = "own", "foreign", "unknown"
ADMIN_SHARE = 24


class Variant(NamedTuple):
    """A media type that an operation reads, and one of the spellings of its path."""

    format: str
    spelling: int


class Cell(NamedTuple):
    """Somebody asks for an operation about a record of the first tenant; then about others, or not."""

    operation: Operation
    principal: Principal
    is_compared: bool
    variants: Sequence[Variant]


def list_cells(
    door: str,
    operations: Sequence[Operation],
    principals: Sequence[Principal],
    policy: dict[str, Row],
    *,
    every: bool,
) -> Iterator[Cell]:
    """Yield the cells of a door.

    By default each operation is asked for by a share of the door's own kind and by one of all other
    principals (in the admin, at least by one of both), in one encoding and spelling, by turns. Records of
    others are asked about by whoever is not refused at once.
    """
    kind = DOORS[door][1]
    known = [each for each in principals if each.kind in (kind, NOBODY)]
    strangers = [each for each in principals if each.kind not in (kind, NOBODY)]
    for turn, operation in enumerate(operations):
        row = policy[str(operation)]
        asking = [*known, *strangers] if every else list(_share(kind, operation, turn, known))
        if not every and (kind != STAFF or turn % 4 == 0 or not asking):
            asking.append(strangers[turn % len(strangers)])
        compared: set[str] = set()
        variants = list_variants(operation)
        for number, principal in enumerate(asking):
            answer = row.expect(principal, kind)
            is_compared = names_records(operation) and kind != STAFF
            is_compared = is_compared and (every or answer not in compared or _looks(answer))
            chosen = variants if every else [variants[(turn + number) % len(variants)]]
            yield Cell(operation, principal, is_compared, chosen)
            compared.add(answer)


def list_variants(operation: Operation) -> list[Variant]:
    """Return every way to say the same."""
    spellings = range(len(operation.spellings))
    return [Variant(format, spelling) for format in list_formats(operation) for spelling in spellings]


def _share(kind: str, operation: Operation, turn: int, known: Sequence[Principal]) -> Iterator[Principal]:
    """Yield one of three, of the versions of one operation one of six, of staff one of 24."""
    version = VERSIONS.match(operation.route)
    for number, principal in enumerate(known):
        if kind == STAFF:
            asks = (turn + number) % ADMIN_SHARE == 0
        elif version:
            asks = (number + int(version[1]) - 1) % 6 == turn % 2 * 3
        else:
            asks = (number + turn) % 3 == 0
        if asks:
            yield principal


def _looks(answer: str) -> bool:
    """Say whether somebody who gets this answer has been let in, so far that records were looked for."""
    return answer not in ("401", "403", "log-in", "factor")
