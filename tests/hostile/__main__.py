"""`python -m tests.hostile malformed|races|secrets|documents`: long runs of what the suite tries a little of.

schemathesis, which runs the documents, is installed into an environment that is thrown away.
"""

import argparse
import os
import subprocess
import sys
import venv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]
FILES = {
    "malformed": "test_malformed_requests.py",
    "races": "test_races_over_http.py",
    "secrets": "test_secrets_stay_inside.py",
    "documents": "documents/test_documents.py",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a file of this folder with other counts than the suite; 1 when something is wrong."""
    asked = read_arguments(arguments)
    shards = 1 if asked.only else asked.processes
    counts = {"REQUESTS": asked.requests, "ROUNDS": asked.rounds, "SEED": asked.seed}
    counts |= {"SHARDS": shards, "ONLY": asked.only, "KEEP": 1, "EXAMPLES": asked.examples}
    sys.stdout.write(f"seed {asked.seed}, {shards} processes\n")
    sys.stdout.flush()
    program = [sys.executable, "-m", "pytest", "-q", "-p", "no:logging", "--tb=short", "-s"]
    program += ["-n", str(shards), str(FOLDER / FILES[asked.what])]
    environ = os.environ | {f"HOSTILE_{name}": str(value) for name, value in counts.items()}
    if asked.what != "documents":
        return subprocess.run(program, env=environ, cwd=ROOT, check=False).returncode
    with schemathesis() as path:
        environ["SCHEMATHESIS"] = str(path)
        return subprocess.run([*program, "-m", "schemathesis"], env=environ, cwd=ROOT, check=False).returncode


def read_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return what is asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.hostile", description=__doc__)
    parser.add_argument("what", choices=FILES)
    parser.add_argument("--requests", type=int, default=50_000, help="of malformed")
    parser.add_argument("--rounds", type=int, default=500, help="of each of the races")
    parser.add_argument("--examples", type=int, default=10, help="of each operation of the documents")
    parser.add_argument("--seed", type=int, default=1, help="of the first process; the others count on")
    parser.add_argument("--only", default="", help="the number of one request, to send it again")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    return parser.parse_args(arguments)


@contextmanager
def schemathesis() -> Iterator[Path]:
    """Install the locked packages of schemathesis, and return its program."""
    with TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        pip = [str(Path(folder, "bin", "python")), "-m", "pip", "install", "--quiet", "--no-input"]
        pip += ["--disable-pip-version-check", "--require-hashes", "--no-deps"]
        subprocess.run([*pip, "-r", str(ROOT / "requirements-schemathesis.txt")], check=True)
        yield Path(folder, "bin", "schemathesis")


if __name__ == "__main__":
    sys.exit(main())
