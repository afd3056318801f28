"""Posting by 16 writers against django-hordak, which runs in a virtual environment of its own.

The environment is made from PyPI once (`.data/bench-hordak`), so this program runs only when it is named.
"""

import json
import subprocess
import sys
import venv
from functools import partial
from pathlib import Path
from typing import Any

from django.db import connection

from bench.harness import CouldNotMeasure, Options, Row, format_rate, say, weigh
from bench.settlement_batches import fill_books, post_by_service
from bench.writers import Burst, run_together

PLACE = Path(__file__).resolve().parent.parent / ".data" / "bench-hordak"
WRITERS = 16
NEEDED = ("django-hordak==2.0.0", "Django~=5.2.0", "psycopg[binary]~=3.2")


def run(options: Options) -> list[Row]:
    """Return the rows of this program."""
    python = make_environment()
    books = fill_books(big=1_000, small=1_000)
    at = {key: str(connection.settings_dict[key]) for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
    ask = partial(ask_peer, python, at)
    ask("prepare")
    found: dict[str, list[Burst]] = {"ours": [], "hordak": []}
    seconds = options.pick(3, 1)
    for number in range(options.pick(5, 2) + 1):
        say(f"  round {number}")
        ours = run_together(partial(post_one, books.sellers[0]), count=WRITERS, seconds=seconds)
        theirs = Burst(**ask("post", str(WRITERS), str(seconds)))
        if number:  # The first round does not count.
            found["ours"].append(ours)
            found["hordak"].append(theirs)
    rates = {name: [burst.per_second for burst in bursts] for name, bursts in found.items()}
    costs = {name: [burst.cpu_ms for burst in bursts] for name, bursts in found.items()}
    job = f"{WRITERS} writers post three entries"
    return [
        weigh(
            f"{job}, a second, against hordak", rates["ours"], rates["hordak"], at_least=3, tell=format_rate
        ),
        weigh(f"{job}, CPU of a posting, against hordak", costs["ours"], costs["hordak"]),
    ]


def post_one(seller: int) -> Any:
    """Return what posts one sale and says that it was one."""
    post = post_by_service(seller)

    def work() -> int:
        post()
        return 1

    return work


def make_environment() -> Path:
    """Install hordak where nothing of it is in our way, and return the Python of that place."""
    python = PLACE / "bin" / "python"
    if not (PLACE / "installed").exists():
        say("  installing hordak")
        venv.create(PLACE, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *NEEDED], check=True, stdout=sys.stderr)
        (PLACE / "installed").touch()
    return python


def ask_peer(python: Path, database: dict[str, str], *words: str) -> Any:
    """Have the peer do something and return what it says. Raises CouldNotMeasure."""
    command = [str(python), "-W", "ignore", "-m", "bench.hordak_writers", json.dumps(database), *words]
    done = subprocess.run(command, cwd=PLACE.parent.parent, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CouldNotMeasure(f"hordak: {done.stderr[-500:]}")
    return json.loads(done.stdout)
