"""Kinds of principals, by what they send along."""

from dataclasses import dataclass

NOBODY, TOKEN, KEY, PROGRAM, PERSON, STAFF = "nobody", "token", "key", "program", "person", "staff"
Headers = dict[str, str]


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody with what they send along.

    `tenant` is the one that they belong to, `every` for who looks after all, empty for who belongs to none.
    """

    name: str
    kind: str
    headers: Headers
    tenant: str = ""
