"""The icons of sellers' apps, for everybody who has the address: they are on pages before a decision."""

from django.http import Http404, HttpRequest, HttpResponse

from checkout.brand_files import keep_for_ever
from customers.application_looks import find_icon


@keep_for_ever
def app_icon(request: HttpRequest, digest: str) -> HttpResponse:
    """Answer with an icon by the digest of its content. Raises Http404."""
    content = find_icon(digest)
    if not content:
        raise Http404("There is no such icon.")
    return HttpResponse(content, content_type="image/png")
