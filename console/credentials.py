"""Client id and secret of an application: shown once, copied, rotated with an overlap."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from access.client_secrets import (
    end_former_secret,
    find_former_secret,
    name_secret,
    rotate_client_secret,
)
from checkout.see_other import SeeOther
from console.application_forms import RotateForm
from console.looks import render_console, tell
from console.lookup import find_application
from console.page_access import Member, for_console
from console.shown_once import keep_secret, take_secret
from core import clock
from core.errors import BillingError
from customers.models import Role


@for_console(Role.DEVELOPER)
@require_http_methods(["GET", "HEAD", "POST"])
def credentials_page(request: HttpRequest, member: Member, client_id: str) -> HttpResponseBase:
    """Show the client id, and a secret that was just made; or make a new one."""
    application = find_application(member, client_id)
    form = RotateForm(request.POST if request.method == "POST" else None)
    notice = ""
    if form.is_valid():
        try:
            secret = rotate_client_secret(application.pk, **form.cleaned_data, actor=member.actor)
            keep_secret(request, of=client_id, secret=secret)
            return SeeOther(reverse("console_credentials", args=[client_id]))
        except BillingError as refusal:
            notice = str(refusal)
            application.refresh_from_db()
    context = {
        "application": application,
        "secret": take_secret(request, of=client_id) if request.method == "GET" else "",
        "form": RotateForm(initial={"replaces": name_secret(application), "overlap": "day"}),
        "former_until": find_former_secret(application, at=clock.now()) and application.former_secret_until,
        "notice": notice or ("Choose one of the times." if form.errors else ""),
    }
    status = 409 if notice else 400 if form.errors else 200
    return render_console(request, member, "credentials", context, status=status)


@for_console(Role.DEVELOPER)
@require_POST
def end_former_page(request: HttpRequest, member: Member, client_id: str) -> HttpResponseBase:
    """Let the secret before the present one work no more."""
    end_former_secret(find_application(member, client_id).pk, actor=member.actor)
    tell(request, "Only the present secret works now.")
    return SeeOther(reverse("console_credentials", args=[client_id]))
