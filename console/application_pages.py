"""Applications of a seller: list, create, show, change, submit for approval."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.application_review import submit_application, take_application_back
from access.applications import change_application, make_application
from checkout.see_other import SeeOther
from console.application_forms import ApplicationForm
from console.looks import render_console, tell
from console.lookup import find_application, list_applications
from console.page_access import Member, for_console
from console.shown_once import keep_secret
from core.errors import BillingError
from customers.models import Application, ApplicationAct, ReviewStatus, Role
from webhooks.models import Endpoint

GET_AND_POST = ["GET", "HEAD", "POST"]
CHANGES_SHOWN = 20


@for_console()
@require_safe
def applications_page(request: HttpRequest, member: Member) -> HttpResponseBase:
    """List the applications of the organisation."""
    context = {"applications": list_applications(member), "may_add": member.has(Role.DEVELOPER)}
    return render_console(request, member, "applications", context)


@for_console(Role.DEVELOPER)
@require_http_methods(GET_AND_POST)
def new_application_page(request: HttpRequest, member: Member) -> HttpResponseBase:
    """Make an application in test mode; its secret is shown on the page that follows."""
    form = ApplicationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            application, secret = make_application(
                organization_id=member.organization.pk,
                actor=member.actor,
                author_email=member.account.email,
                **form.cleaned_data,
            )
            keep_secret(request, of=application.client_id, secret=secret)
            return SeeOther(reverse("console_credentials", args=[application.client_id]))
        except BillingError as refusal:
            form.refuse(refusal)
    context = {"form": form, "heading": "New application", "button": "Create the application"}
    return render_console(request, member, "edit_application", context, status=400 if form.errors else 200)


@for_console()
@require_safe
def application_page(request: HttpRequest, member: Member, client_id: str) -> HttpResponseBase:
    """Show an application: its standing, settings, webhooks and history."""
    return show_application(request, member, find_application(member, client_id))


@for_console(Role.DEVELOPER)
@require_http_methods(GET_AND_POST)
def edit_application_page(request: HttpRequest, member: Member, client_id: str) -> HttpResponseBase:
    """Change what a seller may set."""
    application = find_application(member, client_id)
    form = ApplicationForm(request.POST if request.method == "POST" else None, application=application)
    if form.is_valid():
        try:
            change_application(application.pk, actor=member.actor, **form.cleaned_data)
            tell(request, "The application is saved.")
            return SeeOther(reverse("console_application", args=[client_id]))
        except BillingError as refusal:
            form.refuse(refusal)
    context = {"form": form, "application": application, "heading": application.name, "button": "Save"}
    return render_console(request, member, "edit_application", context, status=400 if form.errors else 200)


@for_console(Role.DEVELOPER)
@require_POST
def submit_page(request: HttpRequest, member: Member, client_id: str) -> HttpResponseBase:
    """Ask the marketplace for approval, or take the question back."""
    application = find_application(member, client_id)
    is_back = request.POST.get("act") == "take_back"
    try:
        if is_back:
            take_application_back(application.pk, actor=member.actor)
        else:
            submit_application(application.pk, actor=member.actor)
    except BillingError as refusal:
        application.refresh_from_db()
        return show_application(request, member, application, notice=str(refusal), status=409)
    tell(request, "You can change the application again." if is_back else "The application is submitted.")
    return SeeOther(reverse("console_application", args=[client_id]))


def show_application(
    request: HttpRequest, member: Member, application: Application, *, notice: str = "", status: int = 200
) -> HttpResponseBase:
    """Render the page of an application, with what has just been refused."""
    changes = list(application.changes.order_by("-pk")[:CHANGES_SHOWN])
    refused = next((each for each in changes if each.act == ApplicationAct.REFUSED), None)
    is_refused = application.review_status == ReviewStatus.REFUSED
    endpoints = Endpoint.objects.kept().filter(application=application).order_by("-pk")
    context = {
        "application": application,
        "endpoints": list(endpoints) if member.has(Role.DEVELOPER) else [],
        "changes": changes,
        "refused_because": refused.reason if refused and is_refused else "",
        "may_change": member.has(Role.DEVELOPER),
        "notice": notice,
    }
    return render_console(request, member, "application", context, status=status)
