"""Options of the Celery broker: Redis, or files in a folder."""

from pathlib import Path
from typing import Any


def transport_options(*, redis: bool, folder: Path) -> dict[str, Any]:
    """Return the options of the broker: Redis, or files in a folder where there is none.

    A Redis that does not answer may hold up a request for about a second; the message is only a hint.
    """
    if redis:
        return {
            "visibility_timeout": 300,
            "unacked_restore_interval": 10,
            "unacked_restore_throttle": 1,
            "max_retries": 0,
            "socket_connect_timeout": 1,
            "socket_timeout": 1,
        }
    return {
        "data_folder_in": folder / "queue",
        "data_folder_out": folder / "queue",
        "control_folder": folder / "control",
        "polling_interval": 0.1,
    }
