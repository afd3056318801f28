"""Reads the credentials with which recorded calls are asked."""

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.errors import BillingError

TENANTS = ("buyer", "seller", "unibill")
TOKENS = ("access_token", "confirm_token")
# A request has it in a form and in JSON as it is, and the server appends a query.
RETURN_URL = re.compile(r"https://[A-Za-z0-9.-]+(:[0-9]{1,5})?/[A-Za-z0-9._~/-]*")
SENDABLE = re.compile("[!-~]+")


class WrongCredentials(BillingError):
    """The credentials are not in the shape of `manage.py demo --json`."""


def read_credentials(file: Path | None) -> Mapping[str, Any]:
    """Return the credentials of a file, or of the standard input. Raises WrongCredentials."""
    name = str(file) if file else "The standard input"
    try:
        text = file.read_text(encoding="utf-8") if file else sys.stdin.read()
        credentials = json.loads(text)
    except OSError as exc:
        raise WrongCredentials(f"{name} cannot be read: {exc.strerror}.") from exc
    except UnicodeDecodeError as exc:
        raise WrongCredentials(f"{name} cannot be read: it is not UTF-8 text.") from exc
    except (ValueError, RecursionError) as exc:
        raise WrongCredentials(f"{name} is not JSON, as of `manage.py demo --json`.") from exc
    if wrong := find_fault(credentials):
        raise WrongCredentials(f"{name} is not as of `manage.py demo --json`: {wrong}.")
    return dict(credentials)


def find_fault(credentials: Any) -> str | None:
    """Return what is wrong with what was read, None when nothing is; parts may be missing."""
    if not isinstance(credentials, dict):
        return "it is not one JSON object"
    for tenant in TENANTS:
        entries = credentials.get(tenant, {})
        if not isinstance(entries, dict):
            return f"{tenant} is not an object"
        for name, value in entries.items():
            if wrong := _find_wrong_value(name, value):
                return f"{tenant}.{name} {wrong}"
    return None


def _find_wrong_value(name: str, value: Any) -> str | None:
    if value is not None and not isinstance(value, str | int):
        return "is neither a text nor a number"
    if name in TOKENS and value is not None and not SENDABLE.fullmatch(str(value)):
        return "is no token: it has something else than visible ASCII characters"
    if name == "return_url" and value is not None and not RETURN_URL.fullmatch(str(value)):
        return "is not an address such as https://seller.example/back, without a query"
    return None
