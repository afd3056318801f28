"""The ground of a run: a PostgreSQL server of its own, with durable default settings, gone afterwards."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connections

from billing_site.embedded import CHECKOUT
from billing_site.embedded.cluster import Cluster
from billing_site.embedded.folders import make_data_folder
from billing_site.embedded.locks import locked
from billing_site.embedded.places import Places

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
