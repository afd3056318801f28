"""`python -m simulator [--histories N] [--seed S] [--steps N]`: histories with faults, judged one by one."""

import argparse
import os
import secrets
import sys
from collections.abc import Sequence

import django

from mutants.loading import load_mutant

FRESH = 2**31


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the histories of consecutive seeds and print what came of them; 1 when one of them is wrong."""
    parser = argparse.ArgumentParser(prog="python -m simulator", description=__doc__)
    parser.add_argument("--histories", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1, help="of the first history; the others count on")
    parser.add_argument("--fresh", type=int, default=0, help="so many more, of seeds that nobody has chosen")
    parser.add_argument("--steps", type=int, help="steps with faults of each history")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--stop", action="store_true", help="at the first history that is wrong")
    asked = parser.parse_args(arguments)
    os.environ["DJANGO_SETTINGS_MODULE"] = "simulator.settings"
    os.environ["LOG_LEVEL"] = "CRITICAL"
    load_mutant()
    django.setup()
    from simulator.run import Wish, run

    fresh = [secrets.randbelow(FRESH) for _ in range(asked.fresh)]
    sys.stdout.write(f"Seeds {asked.seed} to {asked.seed + asked.histories - 1}; fresh: {fresh or 'none'}.\n")
    sys.stdout.flush()  # Processes that are forked would say it as well.
    seeds = [*range(asked.seed, asked.seed + asked.histories), *fresh]
    return run(Wish(seeds, asked.steps, asked.processes, asked.stop))


if __name__ == "__main__":
    sys.exit(main())
