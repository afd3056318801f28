"""`pytest -p mutants.pytest_plugin` loads the mutant that the environment names."""

from mutants.loading import load_mutant

load_mutant()
