"""Health, readiness and metrics endpoints."""

import os
from collections.abc import Callable
from functools import cache
from hmac import compare_digest
from typing import LiteralString

import psycopg
import structlog
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView

from billing_site.broker import FILES
from billing_site.celery import app
from core.client_address import FORWARDING
from core.metrics import write_metrics
from mail.metrics import MailQueue
from operations.business_metrics import BusinessFigures
from operations.metrics import WatchedInvariants
from operations.replica_metrics import ReplicaFigures

TIMEOUT_SECONDS = 2
LIMIT: LiteralString = "SET LOCAL statement_timeout = '2s'"
log = structlog.get_logger(__name__)


@csrf_exempt  # Another method is refused, and not as a forged form.
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 while this process serves; an outage of what it stands on must not restart it."""
    return JsonResponse({"status": "ok"})


@csrf_exempt  # Another method is refused, and not as a forged form.
@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when database, migrations and broker are there, else 503 and which of them is not."""
    checks = {name: probe(name, check) for name, check in CHECKS.items()}
    ready = all(answer == "ok" for answer in checks.values())
    return JsonResponse(
        {"status": "ok" if ready else "failed", "checks": checks}, status=200 if ready else 503
    )


@csrf_exempt  # Another method is refused, and not as a forged form.
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer Prometheus if it has the token or, without token and proxy, an allowed address."""
    if not may_read_metrics(request):
        raise Http404
    response: HttpResponse = ExportToDjangoView(request)
    # Of the database, so they belong to no process.
    response.content += write_metrics(MailQueue(), WatchedInvariants(), BusinessFigures(), ReplicaFigures())
    return response


def may_read_metrics(request: HttpRequest) -> bool:
    """Say whether a request may read the metrics; behind a proxy the peer's address says nothing."""
    if settings.METRICS_TOKEN:
        sent = request.headers.get("Authorization", "")
        return compare_digest(sent.encode(), f"Bearer {settings.METRICS_TOKEN}".encode())
    if settings.TRUSTED_PROXIES or settings.OVER_TLS or any(name in request.META for name in FORWARDING):
        return False
    return request.META.get("REMOTE_ADDR") in settings.METRICS_ALLOWED_IPS


def probe(name: str, check: Callable[[], None]) -> str:
    """Run a check and return "ok" or "failed"; the log says why, the answer does not."""
    try:
        check()
    except Exception as exc:
        log.warning("readiness check failed", check=name, error=type(exc).__name__)
        return "failed"
    return "ok"


def check_database() -> None:
    """Raise unless the database answers within the time limit."""
    query("SELECT 1")


def check_migrations() -> None:
    """Raise unless every migration of this version is applied."""
    missing = known_migrations() - set(query("SELECT app, name FROM django_migrations"))
    if missing:
        raise LookupError(f"{len(missing)} migrations are not applied")


def check_broker() -> None:
    """Raise unless messages can be sent."""
    if settings.CELERY_BROKER_URL == FILES:
        if not os.access(settings.BROKER_DIR / "queue", os.W_OK):
            raise FileNotFoundError("the folder of the broker")
        return
    with app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1, timeout=TIMEOUT_SECONDS)


def query(statement: LiteralString) -> list[tuple[str, ...]]:
    """Run a statement on a connection of its own, which gives up soon."""
    parameters = connection.get_connection_params() | {"connect_timeout": TIMEOUT_SECONDS}
    with psycopg.connect(**parameters) as own:
        own.execute(LIMIT)
        return own.execute(statement).fetchall()


@cache
def known_migrations() -> frozenset[tuple[str, str]]:
    """Return the migrations on disk, which do not change while the process lives."""
    return frozenset(MigrationLoader(None).disk_migrations)


CHECKS = {"database": check_database, "migrations": check_migrations, "broker": check_broker}
