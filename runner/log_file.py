"""The log file of the web server of `manage.py run`; the terminal shows troubles only."""

from pathlib import Path

from django.conf import settings

LARGE = 20_000_000  # Bytes.


def path() -> Path:
    """Return where the log is written, in a folder that is there."""
    log = Path(settings.DATA_DIR) / "logs" / "web.log"
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return log


def move_aside() -> None:
    """Move a large log of earlier runs away, in place of the one moved before."""
    log = path()
    if log.exists() and log.stat().st_size > LARGE:
        log.replace(log.with_suffix(".log.1"))
