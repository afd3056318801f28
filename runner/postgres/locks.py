"""File locks: the kernel drops them with the process that holds them, however it ends."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def open_lock(path: Path) -> int:
    """A file descriptor to lock; anybody who can enter the folder may open it."""
    return os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)


def lock_at_once(descriptor: int, kind: int = fcntl.LOCK_EX) -> bool:
    """Take the lock if that needs no waiting; says whether it did."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_free(path: Path, kind: int = fcntl.LOCK_EX) -> bool:
    """Whether that lock could be taken just now; it is dropped again at once."""
    descriptor = open_lock(path)
    try:
        return lock_at_once(descriptor, kind)
    finally:
        os.close(descriptor)


def wait_until_free(path: Path) -> None:
    """Wait until nobody holds the exclusive lock of a file."""
    descriptor = open_lock(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
    finally:
        os.close(descriptor)


@contextmanager
def locked(path: Path, *, patience: float) -> Iterator[None]:
    """Hold the exclusive lock of a file. Raises TimeoutError after `patience` seconds."""
    descriptor = open_lock(path)
    try:
        deadline = time.monotonic() + patience
        while not lock_at_once(descriptor):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{path} is locked for more than {patience:.0f} s")
            time.sleep(0.05)
        yield
    finally:
        os.close(descriptor)
