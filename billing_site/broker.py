"""Options of the Celery broker: Redis, RabbitMQ, or files in a folder."""

from pathlib import Path
from typing import Any

FILES = "filesystem://localhost//"
# A broker that does not answer may hold up a request for about a second; the message is only a hint.
LONGEST_CONNECT_SECONDS = 1.0
# A worker that is cut off from Redis hears nothing: it connects anew after twice this time, and a second.
HEALTH_CHECK_SECONDS = 10


def transport_options(url: str, *, folder: Path) -> dict[str, Any]:
    """Return the options of the broker with this address; `folder` is for one of files."""
    if url == FILES:
        return {
            "data_folder_in": folder / "queue",
            "data_folder_out": folder / "queue",
            "control_folder": folder / "control",
            "polling_interval": 0.1,
        }
    if url.startswith("amqp"):
        # A RabbitMQ short of memory reads nothing any more.
        return {"max_retries": 0, "write_timeout": LONGEST_CONNECT_SECONDS}
    return {
        "visibility_timeout": 300,
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
        "max_retries": 0,
        "socket_connect_timeout": LONGEST_CONNECT_SECONDS,
        "socket_timeout": LONGEST_CONNECT_SECONDS,
        "socket_keepalive": True,
        "health_check_interval": HEALTH_CHECK_SECONDS,
    }
