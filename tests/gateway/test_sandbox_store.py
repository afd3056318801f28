"""The sandbox's file of books, opened by many at once."""

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import pytest

from gateway.sandbox_store import SandboxStore


def test_many_threads_may_open_new_books_at_once(tmp_path):
    for number in range(10):
        path = tmp_path / f"{number}.sqlite3"
        with ThreadPoolExecutor(16) as pool:
            assert [books.find("key") for books in pool.map(SandboxStore, [path] * 16)] == [None] * 16


@pytest.mark.slow
def test_many_processes_may_open_new_books_at_once(tmp_path):
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        for number in range(10):
            list(pool.map(SandboxStore, [tmp_path / f"{number}.sqlite3"] * 4))
