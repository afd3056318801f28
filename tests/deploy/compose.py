"""compose.yml with its variables filled in."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
VARIABLE = re.compile(r"\$\{(\w+)(?::([?-])([^}]*))?\}")


def list_variables() -> set[str]:
    """The variables that the file asks its .env for, those that are passed on included."""
    passed = {
        name
        for service in read_raw()["services"].values()
        for name, value in service.get("environment", {}).items()
        if value is None
    }
    return passed | {name for name, _, _ in VARIABLE.findall((ROOT / "compose.yml").read_text())}


def read_raw() -> dict[str, Any]:
    """Return the file as it is."""
    found: dict[str, Any] = yaml.safe_load((ROOT / "compose.yml").read_text())
    return found


def read_services(variables: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Return the services as they would be started. Raises KeyError for a variable that has to be set."""
    services: dict[str, dict[str, Any]] = fill_in(read_raw()["services"], variables)
    for service in services.values():
        given = service.get("environment", {})
        passed = {name: variables.get(name) for name, value in given.items() if value is None}
        service["environment"] = {
            name: value for name, value in (given | passed).items() if value is not None
        }
    return services


def fill_in(value: Any, variables: Mapping[str, str]) -> Any:
    """Replace ${NAME:?} and ${NAME:-default} in all texts, and $$ by a dollar."""
    if isinstance(value, dict):
        return {name: fill_in(part, variables) for name, part in value.items()}
    if isinstance(value, list):
        return [fill_in(part, variables) for part in value]
    if not isinstance(value, str):
        return value
    return VARIABLE.sub(lambda found: _find(found, variables), value).replace("$$", "$")


def _find(found: re.Match[str], variables: Mapping[str, str]) -> str:
    name, kind, default = found.groups()
    return variables[name] if kind == "?" else variables.get(name) or default or ""
