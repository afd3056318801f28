"""Logs: one JSON object per line, with the request's id and without anything secret."""

import re
from typing import Any

import structlog
from structlog.typing import EventDict

from core import tracing

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
# A value may have line breaks: it ends where PostgreSQL or Python says the next thing.
DETAIL = re.compile(
    r"^DETAIL:.*?(?=\n(?:HINT|QUERY|CONTEXT|LINE \d+|LOCATION):|\n\n(?:The above|During handling)|\Z)",
    re.MULTILINE | re.DOTALL,
)


# A Host that is not ours, too many fields, a filter that a list does not have: each has a logger of Django's.
FAULTS_OF_REQUESTS = (
    *("DisallowedHost", "DisallowedModelAdminLookup", "DisallowedRedirect", "RequestDataTooBig"),
    *("TooManyFieldsSent", "TooManyFilesSent"),
)


def drop_details(logger: Any, name: str, event: EventDict) -> EventDict:
    """Leave out what PostgreSQL says of a refused row, which holds its values."""
    for key in ("exception", "event", "error"):
        if isinstance(event.get(key), str):
            event[key] = DETAIL.sub("DETAIL: left out", event[key])
    return event


def name_trace(logger: Any, name: str, event: EventDict) -> EventDict:
    """Say which trace a line belongs to, beside the request's id."""
    if trace_id := tracing.find_trace_id():
        event["trace_id"] = trace_id
    return event


STEPS: list[Any] = [
    structlog.contextvars.merge_contextvars,
    name_trace,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
    drop_details,
]


def configure(level: str, file: str | None = None) -> dict[str, Any]:
    """Configure structlog and return Django's LOGGING for this level.

    With a `file` all lines go there, and standard error gets warnings only.
    """
    structlog.configure(
        processors=[*STEPS, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processor": structlog.processors.JSONRenderer(),
                "foreign_pre_chain": STEPS,
            }
        },
        "handlers": _choose_handlers(file),
        "root": {"handlers": [*_choose_handlers(file)], "level": level},
        "loggers": {
            # At DEBUG these two write codes and tokens.
            "oauthlib": {"level": "INFO"},
            "oauth2_provider": {"level": "INFO"},
            # It writes each call at INFO, and what was sent and answered at DEBUG.
            "stripe": {"level": "WARNING"},
            # Each failed request is written once, by our middleware. These faults of a request are no errors.
            "django.request": {"level": "CRITICAL"},
            **{f"django.security.{name}": {"level": "CRITICAL"} for name in FAULTS_OF_REQUESTS},
            "django.server": {"handlers": ["console"], "propagate": False},
        },
    }


def _choose_handlers(file: str | None) -> dict[str, dict[str, Any]]:
    """Return where lines go. The file may be moved away meanwhile, as logrotate does."""
    console = {"class": "logging.StreamHandler", "formatter": "json"}
    if not file:
        return {"console": console}
    to_file = {"class": "logging.handlers.WatchedFileHandler", "formatter": "json", "filename": file}
    return {"console": console | {"level": "WARNING"}, "file": to_file | {"delay": True}}
