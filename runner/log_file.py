"""The log file of the web server of `manage.py run`; the terminal shows troubles only."""

from pathlib import Path

from django.conf import settings

LARGE = 20_000_000  # Bytes.


def path() -> Path:
    """Return where the log is written."""
    return Path(settings.DATA_DIR) / "logs" / "web.log"


def prepare() -> Path:
    """Make its folder and return its path; a large log of earlier runs is moved aside first."""
    log = path()
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > LARGE:
        log.replace(log.with_suffix(".log.1"))
    return log
