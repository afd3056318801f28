"""The test buyers of the organisation, and making one."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from checkout.lookup import read_uuid
from checkout.see_other import SeeOther
from console.looks import render_console
from console.page_access import Member, for_console
from console.shown_once import keep_secret
from console.testing_forms import NewTestBuyerForm
from core.errors import BillingError
from customers.models import Role, TestBuyer
from testmode.buyers import create_test_buyer, list_test_buyers

PAGE_SIZE = 20


@for_console(Role.DEVELOPER)
@require_http_methods(["GET", "HEAD", "POST"])
def test_buyers_page(request: HttpRequest, member: Member) -> HttpResponseBase:
    """List test buyers, newest first, or make one; its password is shown on the page that follows."""
    form = NewTestBuyerForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = create_test_buyer(seller_id=member.organization.pk, **form.cleaned_data)
            public_id = made.buyer.organization.public_id
            keep_secret(request, of=f"password of {public_id}", secret=made.password)
            return SeeOther(reverse("console_test_buyer", args=[public_id]))
        except BillingError as refusal:
            form.refuse(refusal)
    shown, older = read_page(member, before=request.GET.get("before", ""))
    context = {"form": form, "buyers": shown, "older": older}
    return render_console(request, member, "test_buyers", context, status=400 if form.errors else 200)


def read_page(member: Member, *, before: str) -> tuple[list[TestBuyer], str]:
    """Return a page of test buyers, and the cursor of the next one, empty on the last."""
    found = list_test_buyers(member.organization.pk)
    cursor = read_uuid(before)
    if cursor is not None:
        found = found.filter(pk__lt=found.filter(organization__public_id=cursor).order_by().values("pk"))
    buyers = list(found[: PAGE_SIZE + 1])
    shown = buyers[:PAGE_SIZE]
    return shown, str(shown[-1].organization.public_id) if len(buyers) > PAGE_SIZE else ""
