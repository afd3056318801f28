"""A PostgreSQL server of its own, with durable default settings, for one benchmark run."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connections

from runner.postgres import CHECKOUT
from runner.postgres.cluster import Cluster
from runner.postgres.folders import make_data_folder
from runner.postgres.locks import locked
from runner.postgres.places import Places

PLACES = Places(CHECKOUT, "bench-postgres")
CLUSTER = Cluster(PLACES)


@contextmanager
def running() -> Iterator[None]:
    """Hold an empty server for a block, then remove it. Raises TimeoutError beside another run."""
    make_data_folder(CHECKOUT / ".data")
    with locked(CHECKOUT / ".data" / "bench.lock", patience=0):
        shutil.rmtree(PLACES.home, ignore_errors=True)  # Of a run that was killed.
        try:
            CLUSTER.start()
            yield
        finally:
            connections.close_all()
            CLUSTER.stop()
            shutil.rmtree(PLACES.home, ignore_errors=True)


@contextmanager
def fresh_database(name: str) -> Iterator[None]:
    """Work in a copy of the database of this moment, which is dropped after the block."""
    template = connections["default"].settings_dict["NAME"]
    connections.close_all()
    _administer(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        with in_database(name):
            yield
    finally:
        _administer(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def in_database(name: str) -> Iterator[None]:
    """Work in another database of the server for a block; programs that are started there do so, too."""
    entry = connections["default"].settings_dict
    before = entry["NAME"]
    connections.close_all()
    entry["NAME"] = os.environ["BENCH_DATABASE"] = name
    try:
        yield
    finally:
        connections.close_all()
        entry["NAME"] = os.environ["BENCH_DATABASE"] = before


def _administer(statement: str) -> None:
    at = CLUSTER.connection()
    with psycopg.connect(
        host=at["HOST"], port=at["PORT"], user=at["USER"], dbname="postgres", autocommit=True
    ) as link:
        link.execute(statement.encode())
