"""The door at which the provider of mails tells what became of them: addresses that bounce get no more."""

import structlog
from anymail.exceptions import AnymailWebhookValidationFailure
from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from rest_framework.request import Request

from dialects.hooks import MAX_BODY, ForgeryThrottle, refuse
from mail.blocking import block_address
from mail.models import BlockReason
from mail.unsubscribing import unsubscribe_from_all

# Why a provider itself refused to send, where the address is to blame.
OF_THE_ADDRESS = (RejectReason.INVALID, RejectReason.BOUNCED)
# Not the provider, or what its view cannot read.
REFUSALS = (AnymailWebhookValidationFailure, ValueError, LookupError, TypeError, AttributeError)

log = structlog.get_logger(__name__)


class Reports:
    """What Anymail hands the reports of all providers to, in one form."""

    def send(self, *, sender: type, event: AnymailTrackingEvent, esp_name: str) -> None:
        """Act on a report: deliveries, openings and the like change nothing."""
        address = event.recipient or ""
        bounced = event.event_type == EventType.BOUNCED
        if bounced or (event.event_type == EventType.REJECTED and event.reject_reason in OF_THE_ADDRESS):
            detail = event.mta_response or event.description or event.reject_reason or ""
            block_address(address, reason=BlockReason.BOUNCED, detail=str(detail))
        elif event.event_type == EventType.COMPLAINED:
            block_address(address, reason=BlockReason.COMPLAINED)
        elif event.event_type == EventType.UNSUBSCRIBED:
            unsubscribe_from_all(address)


@csrf_exempt
@require_http_methods(["HEAD", "POST"])
def receive_reports(request: HttpRequest) -> HttpResponse:
    """Take reports from the provider of the settings, who logs in with MAIL_EVENTS_SECRET; else 400."""
    if not settings.MAIL_REPORTS:
        raise Http404
    throttle = ForgeryThrottle()
    # Of a request the throttle reads the address.
    if not throttle.allow_request(Request(request), view=None):  # type: ignore[arg-type]
        return refuse(429, "rate_limit", "Too many requests were refused.", retry_after=throttle.wait())
    request._body = request.read(MAX_BODY + 1)  # Where Django looks first; its own limit is that of forms.
    if len(request._body) > MAX_BODY:
        return refuse(413, "too_large", f"The body must not exceed {MAX_BODY} bytes.")
    try:
        answer: HttpResponse = import_string(settings.MAIL_REPORTS).as_view(signal=Reports())(request)
    except REFUSALS as refusal:
        throttle.count_refusal()
        log.warning("report on mails refused", reason=type(refusal).__name__)
        return refuse(400, "validation", "The request is not the provider's, or unreadable.")
    return answer
