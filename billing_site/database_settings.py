"""How the programs connect to PostgreSQL: directly, or through a pooler that lends its connections."""

from collections.abc import Mapping
from typing import Any

POOLERS = ("none", "transaction")
# PostgreSQL compiles large queries unless told otherwise: `verify` took two minutes instead of a second.
OF_EVERY_SESSION = {"jit": "off"}


def configure(given: Mapping[str, Any], *, session: Mapping[str, str], pooler: str) -> dict[str, Any]:
    """Complete a description of the database; what its URL says of an option counts.

    `session` are the parameters of PostgreSQL that every session needs. A pooler does not pass them on: there
    the role brings them along (`manage.py database_role`).
    """
    told = dict(given.get("OPTIONS", {}))
    if pooler == "transaction":
        # The next transaction may be on another connection, which knows neither the cursor nor the statement.
        own: dict[str, Any] = {"prepare_threshold": None}
    else:
        flags = " ".join(f"-c {name}={value}" for name, value in session.items())
        own = {"prepare_threshold": 5}
        told["options"] = f"{flags} {told.get('options', '')}".rstrip()
    return dict(given) | {
        "ENGINE": "django.db.backends.postgresql",
        "OPTIONS": own | told,
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        "DISABLE_SERVER_SIDE_CURSORS": pooler == "transaction",
    }
