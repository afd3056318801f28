"""The door at which processors tell us of events: their word is kept as a hint, and nothing is asked here."""

import structlog
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from rest_framework.request import Request

from charges.hints.store import store_hints
from core.errors import InvalidField
from dialects.throttling import AddressThrottle
from gateway.hints import ForgedHint
from gateway.registry import get_gateway

MAX_BODY = 262_144  # Bytes. A processor may put hundreds of events into one request.

log = structlog.get_logger(__name__)


class ForgeryThrottle(AddressThrottle):
    """Counts what was refused; who is believed may come as often as there is news."""

    scope = "hooks"

    def get_rate(self) -> str:
        """Return how many refusals an address may cause, such as 60/minute."""
        return str(settings.HOOKS_RATE)

    def throttle_success(self) -> bool:
        """Let the request in without counting it."""
        return True

    def count_refusal(self) -> None:
        """Count the request that `allow_request` let in."""
        super().throttle_success()


@csrf_exempt
@require_POST
def receive_hints(request: HttpRequest, name: str) -> HttpResponse:
    """Keep the events that a processor tells us of and answer 200; 400 for what it did not sign."""
    if name not in settings.GATEWAYS:
        raise Http404
    throttle = ForgeryThrottle()
    # Of a request the throttle reads the address.
    if not throttle.allow_request(Request(request), view=None):  # type: ignore[arg-type]
        return refuse(429, "rate_limit", "Too many requests were refused.", retry_after=throttle.wait())
    body = request.read(MAX_BODY + 1)
    if len(body) > MAX_BODY:
        return refuse(413, "too_large", f"The body must not exceed {MAX_BODY} bytes.")
    headers = {header.lower(): value for header, value in request.headers.items()}
    try:
        store_hints(gateway=name, hints=get_gateway(name).read_hints(body=body, headers=headers))
    except (ForgedHint, InvalidField) as refusal:
        throttle.count_refusal()
        log.warning("hint refused", gateway=name, reason=type(refusal).__name__)
        return refuse(400, "validation", "The request is not signed by the processor, too old or unreadable.")
    return JsonResponse({})


def refuse(status: int, kind: str, message: str, *, retry_after: float | None = None) -> HttpResponse:
    """Return a refusal in the shape of all paths for programs that belong to no dialect."""
    answer = JsonResponse({"error": {"type": kind, "message": message, "details": {}}}, status=status)
    if retry_after is not None:
        answer["Retry-After"] = str(int(retry_after) + 1)
    return answer
