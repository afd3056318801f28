"""Read the tables of this folder's `policy/`: what each principal is answered, by door and operation.

A table has paragraphs: lines of an answer and who gets it, then the operations that this is true of.
Whoever is let in by the door and is not named gets what `the rest` get, whoever is not let in what `others`
get. Answers are statuses; `log-in` and `factor` lead a browser to
the page for that first, `303` leads on.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.who_may_what.kinds import KEY, PERSON, PROGRAM, STAFF, TOKEN, Principal

FOLDER = Path(__file__).parent / "policy"
OTHERS, REST = "others", "the rest"
DENIED = {"401", "403", "404", "log-in", "factor"}  # For who asks, or for what there is.
REFUSED = DENIED | {"400", "405", "409", "422"}
# Door: the beginning of its routes, and the kind of principals that it knows. The first that fits is taken.
DOORS: dict[str, tuple[str, str]] = {
    "admin": (r"admin/", STAFF),
    "unibill": (r"api/v01/", PROGRAM),
    "billy": (r"v1/(companies|customers|plans|subscriptions|invoices|transactions)", KEY),
    "text": (r"v\d/", TOKEN),
    "console": (r"console/", PERSON),
    "pages": (r"account/|\?|marketplace/|$", PERSON),
    "oauth": (r"oauth/|\.well-known/", PERSON),
    "open": (r"", PERSON),
}
# What they send along opens no door, or none any more.
TURNED_AWAY = {
    *("nobody", "Prometheus", "made-up token", "expired token", "revoked token"),
    *("token of a switched-off app", "token of a deactivated person"),
    *("made-up key", "replaced key", "key of a closed company"),
    *("unknown program", "program with a wrong password", "deactivated program"),
    *("ended session", "deactivated person", "deactivated superuser"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """What principals are answered, and the operations that this is true of."""

    answers: Mapping[str, str]
    operations: tuple[str, ...]

    def expect(self, principal: Principal, kind: str) -> str:
        """Return what a principal is answered at a door for this kind of principals.

        A log-in that belongs to another door is like any other of its kind.
        """
        others = self.answers[OTHERS]
        if principal.name in TURNED_AWAY:
            return self.answers.get(principal.name, others)
        if principal.kind == kind:
            return self.answers.get(principal.name, self.answers.get(REST, others))
        if {principal.kind, kind} == {PERSON, STAFF}:
            return self.answers.get(f"a log-in of {principal.kind}", others)
        return others


def find_door(route: str) -> str:
    """Return the name of the door that a route is behind."""
    return next(door for door, (begins, _) in DOORS.items() if re.match(begins, route))


def read_rows(door: str) -> list[Row]:
    """Return the paragraphs of a table."""
    text = (FOLDER / f"{door}.txt").read_text()
    plain = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    return [_read_row(each) for each in re.split(r"\n\s*\n", plain) if each.strip()]


def read_policy() -> dict[str, Row]:
    """Return the row of each operation. Raises ValueError for an operation with two."""
    found: dict[str, Row] = {}
    for door in DOORS:
        for row in read_rows(door):
            for name in row.operations:
                if name in found:
                    raise ValueError(f"{name} has two rows")
                found[name] = row
    return found


def _read_row(paragraph: str) -> Row:
    answers: dict[str, str] = {}
    operations: list[str] = []
    for line in _join(paragraph):
        if re.match(r"[A-Z]+ /", line):
            operations.append(line)
        else:
            answer, _, names = line.partition(": ")
            answers |= dict.fromkeys((name.strip() for name in names.split(";")), answer)
    return Row(answers, tuple(operations))


def _join(paragraph: str) -> Iterator[str]:
    """Yield the lines of a paragraph; one that begins with blanks goes on from the line before."""
    yield from re.sub(r"\n\s+", " ", paragraph.strip()).splitlines()
