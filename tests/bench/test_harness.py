"""The benchmark harness: rounds, ratios, targets, CPU time of other processes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.cpu import find_descendants, read_cpu
from bench.harness import Row, compare, format_table, interleave

ROOT = Path(__file__).resolve().parent.parent.parent


def test_variants_take_turns_and_the_first_turn_does_not_count():
    said = []
    counts = {"a": 0, "b": 0}

    def say(name):
        said.append(name)
        counts[name] += 1
        return counts[name]

    found = interleave({"a": lambda: say("a"), "b": lambda: say("b")}, rounds=2)

    assert said == ["a", "b"] * 3
    assert found == {"a": [2, 3], "b": [2, 3]}


def test_a_slow_round_does_not_move_the_ratio():
    assert compare([2, 20, 2], [1, 10, 1]) == 2


@pytest.mark.parametrize(
    ("ratio", "target", "verdict"),
    [(1.5, 1.5, "met"), (1.51, 1.5, "MISSED"), (0, 0, "met"), (1, 0, "MISSED"), (9.0, None, "")],
)
def test_a_missed_target_is_called_missed(ratio, target, verdict):
    row = Row("job", "2 ms", "1 ms", ratio, target)

    assert row.verdict == verdict
    assert verdict in format_table([row])


@pytest.mark.slow
def test_cpu_is_read_of_other_processes():
    burn = "sum(range(20_000_000)); input()"
    with subprocess.Popen([sys.executable, "-c", burn], stdin=subprocess.PIPE) as burner:
        while not read_cpu([burner.pid]):
            pass
        assert burner.pid in find_descendants(os.getpid(), command="20_000_000")
        burner.communicate(b"\n")


def test_an_unknown_benchmark_is_refused_by_its_name():
    command = [sys.executable, "-m", "bench", "sorting"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert "no such benchmark: sorting" in done.stderr
