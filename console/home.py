"""The first page of the console, and the switch between test and live mode."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from checkout.see_other import SeeOther
from console.looks import render_console
from console.members import Member, for_console
from console.modes import choose_livemode


@for_console()
@require_safe
def home_page(request: HttpRequest, member: Member) -> HttpResponseBase:
    """Show where the organisation stands and what to do next."""
    return render_console(request, member, "home")


@for_console()
@require_POST
def switch_mode(request: HttpRequest, member: Member) -> HttpResponseBase:
    """Show test things, or live ones, until the session ends or the other is chosen."""
    choose_livemode(request, livemode=request.POST.get("mode") == "live")
    target = request.POST.get("next", "")
    is_ours = target.startswith(reverse("console")) and url_has_allowed_host_and_scheme(target, None)
    return SeeOther(target if is_ours else reverse("console"))
