"""One server in a folder: a second one would share its broker and its clock."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from runner.postgres.folders import make_data_folder
from runner.postgres.locks import lock_at_once, open_lock


class AlreadyRunning(Exception):
    """The server of this folder runs already; the message says as which process and where."""


@contextmanager
def only_server(folder: Path, *, address: str) -> Iterator[None]:
    """Be the only server that keeps its data in this folder. Raises AlreadyRunning."""
    make_data_folder(folder)
    path = folder / "run.lock"
    descriptor = open_lock(path)
    try:
        if not lock_at_once(descriptor):
            raise AlreadyRunning(
                f"The server of this folder runs already: {path.read_text()}. Stop that first, "
                "or run this one from a copy of the folder."
            )
        path.write_text(f"process {os.getpid()} at {address}")
        yield
    finally:
        os.close(descriptor)


@contextmanager
def tell_address(path: Path, base_url: str) -> Iterator[None]:
    """Keep the address of the server in a file while it runs, for commands that are not told its port."""
    path.write_text(base_url)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
