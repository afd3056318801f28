"""How the programs connect to PostgreSQL: directly, or through a pooler that lends its connections."""

from collections.abc import Mapping
from typing import Any

POOLERS = ("none", "transaction")
# PostgreSQL compiles large queries unless told otherwise: `verify` took two minutes instead of a second.
OF_EVERY_SESSION = {"jit": "off"}
# A machine that is cut off says nothing. Without these a program waits a quarter of an hour for its answer,
# and PostgreSQL keeps the locks of a lost program for two hours. Seconds, but for the last one of each.
CLIENT_TIMES = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
SERVER_TIMES = {
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "15000",
}


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
        flags = " ".join(f"-c {name}={value}" for name, value in {**session, **SERVER_TIMES}.items())
        own = {"prepare_threshold": 5}
        told["options"] = f"{flags} {told.get('options', '')}".rstrip()
    return dict(given) | {
        "ENGINE": "django.db.backends.postgresql",
        "OPTIONS": CLIENT_TIMES | own | told,
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        "DISABLE_SERVER_SIDE_CURSORS": pooler == "transaction",
    }


def configure_replica(given: Mapping[str, Any]) -> dict[str, Any]:
    """Complete a description of a standby: it is read directly, never written, and not held on to."""
    session = OF_EVERY_SESSION | {"default_transaction_read_only": "on"}
    return configure(given, session=session, pooler="none") | {"CONN_MAX_AGE": 0}
