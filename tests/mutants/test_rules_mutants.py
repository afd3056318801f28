"""Each seeded bug still fits the code: its text stands in its module once, and its tests exist."""

from pathlib import Path

import pytest

from mutants.catalogue import MUTANTS
from mutants.mutant import NotThereOnce, mutate

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=lambda mutant: mutant.name)
def test_the_bug_can_be_put_in_and_the_code_still_compiles(mutant):
    path = ROOT / f"{mutant.module.replace('.', '/')}.py"
    changed = mutate(mutant, path.read_text())
    compile(changed, path, "exec")
    assert changed != path.read_text()
    assert [name for name in mutant.tests if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=lambda mutant: mutant.name)
def test_one_thing_has_to_notice_it_unless_it_is_harmless(mutant):
    assert [bool(mutant.tests), bool(mutant.steps), bool(mutant.harmless)].count(True) <= 1


def test_a_bug_whose_place_is_gone_is_refused():
    mutant = next(iter(MUTANTS.values()))
    with pytest.raises(NotThereOnce):
        mutate(mutant, "nothing of it")


def test_there_are_enough_of_them():
    assert len(MUTANTS) >= 25
