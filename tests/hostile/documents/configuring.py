"""The configuration of schemathesis for one document: who asks for each operation, and ids that are there."""

import json
from collections.abc import Iterator
from copy import deepcopy
from itertools import chain
from pathlib import Path

from dialects.openapi import Schema
from documentation.site import REFERENCES
from tests.hostile.marketplace import Marketplace
from tests.hostile.operations import PARAMETER, find_caller, find_pool

RULES = Path(__file__).parent
REAL = 0.7  # How often a place in a path has an id that is there.


def write_folder(name: str, market: Marketplace, folder: Path) -> None:
    """Write the document and the configuration, with which schemathesis runs in this folder."""
    (folder / "openapi.json").write_text(json.dumps(show_ids(name, market)))
    own = RULES / f"{name}.toml"
    parts = [(RULES / "schemathesis.toml").read_text(), own.read_text() if own.exists() else ""]
    parts += [*describe_pools(market), *describe_operations(name, market)]
    (folder / "schemathesis.toml").write_text("\n".join(parts))


def show_ids(name: str, market: Marketplace) -> Schema:
    """The document, with an id that is there as the example of each place in a path."""
    document = deepcopy(REFERENCES[name].document)
    for path, methods in document["paths"].items():
        for place in chain.from_iterable(operation.get("parameters", ()) for operation in methods.values()):
            if place["in"] == "path":
                place["example"] = market.pools[find_pool(path, place["name"])][0]
    return document


def describe_pools(market: Marketplace) -> Iterator[str]:
    """The ids of the marketplace as dictionaries."""
    for name, ids in market.pools.items():
        yield f"[dictionaries.{name}]\nvalues = {json.dumps(ids)}\n"


def describe_operations(name: str, market: Marketplace) -> Iterator[str]:
    """Credentials and ids of each operation."""
    for method, path, _ in REFERENCES[name].operations:
        headers = market.callers[find_caller(name, path)]
        yield f"[[operations]]\ninclude-name = {json.dumps(f'{method} {path}')}"
        yield f"headers = {{ Authorization = {json.dumps(headers['Authorization'])} }}"
        for place in PARAMETER.findall(path):
            pool = find_pool(path, place)
            yield f"parameters.'path.{place}' = {{ dictionary = '{pool}', probability = {REAL} }}"
        yield ""
