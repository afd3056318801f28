"""Loading a module with a bug in it, in this process alone; nothing on the disk changes."""

import os
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType

from mutants.catalogue import MUTANTS
from mutants.mutant import Mutant, mutate

VARIABLE = "BILLING_MUTANT"


def load_mutant() -> None:
    """Have the mutant that the environment names loaded, if it names one."""
    name = os.environ.get(VARIABLE)
    if name:
        sys.meta_path.insert(0, MutantFinder(MUTANTS[name]))


class MutantFinder(MetaPathFinder):
    """Finds one module in the place of Python's own finder."""

    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the module of the mutant, None for all others."""
        spec = PathFinder.find_spec(fullname, path) if fullname == self._mutant.module else None
        if spec is not None and spec.origin is not None:
            spec.loader = MutantLoader(self._mutant, fullname, spec.origin)
        return spec


class MutantLoader(SourceFileLoader):
    """Compiles the changed source, past the cache of compiled files."""

    def __init__(self, mutant: Mutant, fullname: str, path: str) -> None:
        super().__init__(fullname, path)
        self._mutant = mutant

    def get_code(self, fullname: str) -> CodeType:
        """Return the module's code with the bug in it."""
        source = mutate(self._mutant, self.get_data(self.path).decode())
        return compile(source, self.path, "exec")
