"""Webhook endpoints of an application: add, change, try out, switch off and on, rotate the secret, delete."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from checkout.see_other import SeeOther
from console.application_forms import EndpointForm
from console.held_deliveries import say_what_holds
from console.looks import render_console, tell
from console.lookup import find_application
from console.page_access import Member, for_console
from console.shown_once import keep_secret, take_secret
from core.errors import BillingError
from customers.errors import SecretRotatedMeanwhile
from customers.models import Application, Role
from webhooks.endpoints import (
    change_endpoint,
    create_endpoint,
    delete_endpoint,
    disable_endpoint,
    enable_endpoint,
    rotate_secret,
)
from webhooks.errors import EndpointNotFound
from webhooks.models import Endpoint
from webhooks.repair import send_test_event
from webhooks.secrets import name_secret

GET_AND_POST = ["GET", "HEAD", "POST"]
# What a button does, and the words when it is done: where events are sent, and where they are held.
ACTS: dict[str, tuple[Callable[[int], object], str, str]] = {
    "test": (send_test_event, "A test event is on its way.", "The test event waits."),
    "disable": (disable_endpoint, "", "The endpoint is off; events wait."),
    "enable": (enable_endpoint, "Events are sent again, from where it stopped.", "The endpoint is on."),
}


@for_console(Role.DEVELOPER)
@require_http_methods(GET_AND_POST)
def new_endpoint_page(request: HttpRequest, member: Member, client_id: str) -> HttpResponseBase:
    """Add an endpoint; its secret is shown on the page that follows."""
    application = find_application(member, client_id)
    form = EndpointForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = create_endpoint(application_id=application.pk, **form.cleaned_data)
            keep_secret(request, of=str(made.endpoint.public_id), secret=made.secret)
            return SeeOther(_address(application, made.endpoint))
        except BillingError as refusal:
            form.refuse(refusal)
    context = {"application": application, "form": form}
    return render_console(request, member, "new_endpoint", context, status=400 if form.errors else 200)


@for_console(Role.DEVELOPER)
@require_http_methods(GET_AND_POST)
def endpoint_page(request: HttpRequest, member: Member, client_id: str, public_id: UUID) -> HttpResponseBase:
    """Show an endpoint, or change it."""
    application, endpoint = _find(member, client_id, public_id)
    form = EndpointForm(request.POST if request.method == "POST" else None, endpoint=endpoint)
    if form.is_valid():
        try:
            change_endpoint(endpoint.pk, **form.cleaned_data)
            tell(request, "The endpoint is saved.")
            return SeeOther(_address(application, endpoint))
        except BillingError as refusal:
            form.refuse(refusal)
    return _show(request, member, application, endpoint, form, status=400 if form.errors else 200)


@for_console(Role.DEVELOPER)
@require_POST
def act_on_endpoint(
    request: HttpRequest, member: Member, client_id: str, public_id: UUID
) -> HttpResponseBase:
    """Do what a button says: send a test, switch off or on, replace the secret, delete."""
    application, endpoint = _find(member, client_id, public_id)
    act = request.POST.get("act", "")
    try:
        if act == "rotate":
            made = rotate_secret(endpoint.pk, replaces=request.POST.get("replaces", ""))
            keep_secret(request, of=str(public_id), secret=made.secret)
        elif act == "delete":
            delete_endpoint(endpoint.pk)
            tell(request, "The endpoint is deleted.")
            return SeeOther(reverse("console_application", args=[client_id]))
        elif act in ACTS:
            work, words, words_if_held = ACTS[act]
            work(endpoint.pk)
            endpoint.refresh_from_db()
            held = say_what_holds(endpoint)
            tell(request, f"{words_if_held} {held}" if held else words)
    except SecretRotatedMeanwhile:  # Mostly by the first press; its secret is on the page.
        tell(request, "The secret was replaced a moment ago, and not once more.")
    except BillingError as refusal:
        form = EndpointForm(endpoint=endpoint)
        return _show(request, member, application, endpoint, form, notice=str(refusal), status=409)
    return SeeOther(_address(application, endpoint))


def _show(
    request: HttpRequest,
    member: Member,
    application: Application,
    endpoint: Endpoint,
    form: EndpointForm,
    *,
    notice: str = "",
    status: int = 200,
) -> HttpResponseBase:
    context = {
        "application": application,
        "endpoint": endpoint,
        "form": form,
        "replaces": name_secret(endpoint.sealed_secret),
        "held": say_what_holds(endpoint),
        "secret": take_secret(request, of=str(endpoint.public_id)) if request.method == "GET" else "",
        "notice": notice,
    }
    return render_console(request, member, "endpoint", context, status=status)


def _find(member: Member, client_id: str, public_id: UUID) -> tuple[Application, Endpoint]:
    """Return an endpoint of an application of the organisation. Raises EndpointNotFound."""
    application = find_application(member, client_id)
    endpoint = Endpoint.objects.kept().filter(application=application, public_id=public_id).first()
    if endpoint is None:
        raise EndpointNotFound
    return application, endpoint


def _address(application: Application, endpoint: Endpoint) -> str:
    return reverse("console_endpoint", args=[application.client_id, endpoint.public_id])
