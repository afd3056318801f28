"""`python -m tests.hostile malformed|races|secrets`: the long runs of what the suite tries a little of."""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

FOLDER = Path(__file__).parent
FILES = {
    "malformed": "test_malformed_requests.py",
    "races": "test_races_over_http.py",
    "secrets": "test_secrets_stay_inside.py",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a file of this folder with other counts than the suite; 1 when something is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.hostile", description=__doc__)
    parser.add_argument("what", choices=FILES)
    parser.add_argument("--requests", type=int, default=50_000, help="of malformed")
    parser.add_argument("--rounds", type=int, default=500, help="of each of the races")
    parser.add_argument("--seed", type=int, default=1, help="of the first process; the others count on")
    parser.add_argument("--only", default="", help="the number of one request, to send it again")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args(arguments)
    shards = 1 if asked.only else asked.processes
    counts = {"REQUESTS": asked.requests, "ROUNDS": asked.rounds, "SEED": asked.seed}
    counts |= {"SHARDS": shards, "ONLY": asked.only, "KEEP": 1}
    sys.stdout.write(f"seed {asked.seed}, {shards} processes\n")
    sys.stdout.flush()
    program = [sys.executable, "-m", "pytest", "-q", "-p", "no:logging", "--tb=short", "-s"]
    program += ["-n", str(shards), str(FOLDER / FILES[asked.what])]
    environ = os.environ | {f"HOSTILE_{name}": str(value) for name, value in counts.items()}
    return subprocess.run(program, env=environ, cwd=FOLDER.parents[1], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
