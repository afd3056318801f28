"""docs/architecture.md agrees with the import contracts."""

import re
import tomllib

from tests.docs.pages import ROOT

PAGE = (ROOT / "docs" / "architecture.md").read_text()
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
LAYERS = next(contract["layers"] for contract in CONTRACTS["contracts"] if contract["type"] == "layers")
ROW = re.compile(r"^\| (\d+) \| `(\w+)` \| .+ \| (.+) \|$", re.MULTILINE)


def describe_imports(layer: int) -> str:
    """The words of the table for what a layer may import."""
    below = layer - 1
    return {0: "nothing of ours", 1: "layer 1"}.get(below, f"layers 1 to {below}")


def test_the_table_of_layers_is_the_import_contract():
    numbered = zip(range(len(LAYERS), 0, -1), LAYERS, strict=True)
    expected = {(str(n), package) for n, layer in numbered for package in layer.split(" | ")}
    assert {(layer, package) for layer, package, _ in ROW.findall(PAGE)} == expected


def test_every_package_may_import_the_layers_below_it():
    wrong = [row for row in ROW.findall(PAGE) if row[2] != describe_imports(int(row[0]))]
    assert wrong == []


def test_every_package_of_the_repository_is_in_the_table():
    tools = {"bench", "mutants", "realfaults", "simulator"}
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - tools
    assert {package for _, package, _ in ROW.findall(PAGE)} == packages


def test_every_other_contract_is_named():
    names = {contract["name"] for contract in CONTRACTS["contracts"] if contract["type"] != "layers"}
    assert {name for name in names if f"**{name}**" not in PAGE} == set()


def test_the_index_answers_thirty_questions():
    index = PAGE.partition("## Where is it?")[2]
    assert len(re.findall(r"^\| .+\? \| `[\w./]+` \|$", index, re.MULTILINE)) >= 30
