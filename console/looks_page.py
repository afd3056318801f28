"""How buyers see an application: its icon, its website, where they get help, and the seller's terms."""

from django import forms
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from access.applications import record_act
from checkout.see_other import SeeOther
from console.forms import ConsoleForm
from console.looks import render_console, tell
from console.lookup import find_application
from console.page_access import Member, for_console
from core.errors import BillingError
from customers.application_looks import Looks, change_application_icon, change_application_looks
from customers.icons import MAX_UPLOAD
from customers.models import MAX_ADDRESS, Application, ApplicationAct, Role


class LooksForm(ConsoleForm):
    """What a seller says about an application; an empty file leaves the icon as it is."""

    icon = forms.FileField(
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp,image/gif"}),
        help_text=f"A square picture, up to {MAX_UPLOAD // 1024} KB.",
    )
    no_icon = forms.BooleanField(required=False, label="Show no icon")
    website_url = forms.CharField(
        label="Website", required=False, max_length=MAX_ADDRESS, help_text="Begins with https://."
    )
    support_address = forms.CharField(
        label="Where buyers get help",
        required=False,
        max_length=MAX_ADDRESS,
        help_text="An e-mail address, or a page that begins with https://.",
    )
    terms_url = forms.CharField(
        label="Your terms of sale",
        required=False,
        max_length=MAX_ADDRESS,
        help_text="A page that begins with https://.",
    )


@for_console(Role.DEVELOPER)
@require_http_methods(["GET", "HEAD", "POST"])
def looks_page(request: HttpRequest, member: Member, client_id: str) -> HttpResponseBase:
    """Show how buyers see an application, or change it."""
    application = find_application(member, client_id)
    form = _bind(request, application)
    if form.is_valid():
        try:
            _change(application, form, actor=member.actor)
            tell(request, "Buyers see it like this from now on.")
            return SeeOther(reverse("console_application", args=[client_id]))
        except BillingError as refusal:
            form.refuse(refusal)
    context = {"form": form, "application": application}
    return render_console(request, member, "application_looks", context, status=400 if form.errors else 200)


def _bind(request: HttpRequest, application: Application) -> LooksForm:
    if request.method == "POST":
        return LooksForm(request.POST, request.FILES)
    return LooksForm(initial={name: getattr(application, name) for name in Looks._fields})


def _change(application: Application, form: LooksForm, *, actor: str) -> None:
    """Change what is said, with a row of the application's history. Raises InvalidField."""
    said = form.cleaned_data
    changed = [name for name in Looks._fields if said[name] != getattr(application, name)]
    with transaction.atomic():
        change_application_looks(
            application_id=application.pk, **{name: said[name] for name in Looks._fields}
        )
        if said["icon"] or said["no_icon"]:
            picture = said["icon"].read(MAX_UPLOAD + 1) if said["icon"] else b""
            change_application_icon(application_id=application.pk, icon=picture)
            changed.append("icon")
        if changed:
            record_act(application, ApplicationAct.CHANGED, actor=actor, reason=", ".join(changed))
