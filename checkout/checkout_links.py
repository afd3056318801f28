"""Links to a purchase as Text's console makes them."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from checkout.headers import protected
from checkout.offers import KINDS, DirectOffer
from checkout.see_other import SeeOther


@protected
@require_safe
def follow_checkout_link(request: HttpRequest, charge_id: str, kind: str) -> HttpResponse:
    """Lead to the page of a purchase; the icon and the description of the link are not shown."""
    if kind not in KINDS:
        raise Http404
    purchase = {"id": charge_id} if kind == DirectOffer.type else {"id": charge_id, "type": kind}
    return SeeOther(f"/?{urlencode(purchase)}")
