"""A seeded bug: one place in one module that is written wrongly, and what has to notice it."""

from dataclasses import dataclass

SEARCHED = 120
# What pytest says after a test that left books which are not sound.
UNSOUND_BOOKS = r"^E +AssertionError: \[\('I-\d"


@dataclass(frozen=True, slots=True)
class Mutant:
    """The text `right` of a module, which stands there once, becomes `wrong`.

    It is killed by the tests named, or without any by the simulator: by one history, that of `seed` with so
    many steps, or where no steps are recorded by one of SEARCHED from it on. One that is `harmless`, for the
    reason given, is run by nothing.
    """

    name: str
    module: str
    right: str
    wrong: str
    tests: tuple[str, ...] = ()
    seed: int = 1
    steps: int = 0
    harmless: str = ""


class NotThereOnce(LookupError):
    """The text that a mutant changes does not stand in its module exactly once."""


def mutate(mutant: Mutant, source: str) -> str:
    """Return the source of a module with the bug in it. Raises NotThereOnce."""
    if source.count(mutant.right) != 1:
        raise NotThereOnce(f"{mutant.name}: {source.count(mutant.right)} times in {mutant.module}")
    return source.replace(mutant.right, mutant.wrong)
