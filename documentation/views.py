"""The pages at /docs/: for everybody, without a log-in, the same for all and kept by caches for a while."""

from collections.abc import Callable
from typing import Any

from csp.constants import NONE, SELF
from csp.decorators import csp
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from documentation.contents import FOLDER
from documentation.search import MAX_QUERY, search_sections
from documentation.site import REFERENCES, load_site
from operations.docs_app import DOCS_CLIENT_ID

View = Callable[..., HttpResponse]
POLICY = {
    **{name: [SELF] for name in ("script-src", "style-src", "img-src", "form-action")},
    **{name: [NONE] for name in ("default-src", "frame-ancestors", "base-uri")},
}
# The viewer styles its elements in place, draws its icons from data URLs and calls the API.
VIEWER_POLICY = POLICY | {
    "style-src": [SELF, "'unsafe-inline'"],
    "img-src": [SELF, "data:"],
    "connect-src": [SELF],
}
KEPT_SECONDS = 300


def public(policy: dict[str, list[str]] = POLICY) -> Callable[[View], View]:
    """Let caches keep a page that is the same for everybody, and ask whether it is still the same."""

    def decorate(view: View) -> View:
        guarded: Any = csp(policy)
        kept: Any = cache_control(public=True, max_age=KEPT_SECONDS)
        whole: View = require_safe(conditional_page(kept(guarded(view))))
        return whole

    return decorate


def render_docs(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Return a page with the navigation."""
    shown = {"sections": load_site().sections, "most": MAX_QUERY} | context
    return render(request, f"documentation/{template}.html", shown, status=status)


@public()
def index(request: HttpRequest) -> HttpResponse:
    """Show what there is."""
    return render_docs(request, "index", {})


@public()
def guide(request: HttpRequest, name: str) -> HttpResponse:
    """Show a guide. Raises Http404 for everything that is not in the list of pages."""
    page = load_site().pages.get(name.removesuffix("/"))
    if not name.endswith("/") and (whole := page or REFERENCES.get(name)):
        return HttpResponsePermanentRedirect(whole.url)
    if page is None:
        raise Http404("no such page")
    before, after = load_site().find_neighbours(page)
    return render_docs(request, "guide", {"page": page, "before": before, "after": after})


@public()
def picture(request: HttpRequest, name: str) -> HttpResponse:
    """Answer with a picture of the guides. Raises Http404."""
    file = FOLDER / "images" / f"{name}.png"
    if not file.is_file():
        raise Http404("no such picture")
    return HttpResponse(file.read_bytes(), content_type="image/png")


@public()
def search(request: HttpRequest) -> HttpResponse:
    """Show the sections in which all words of `q` occur."""
    query = request.GET.get("q", "").strip()
    if len(query) > MAX_QUERY:
        return render_docs(request, "search", {"is_too_long": True}, status=400)
    results = search_sections(load_site().index, query)
    return render_docs(request, "search", {"query": query, "results": results})


@public(VIEWER_POLICY)
def reference(request: HttpRequest, name: str) -> HttpResponse:
    """Show an API: a list of its operations, which a script turns into forms to try them."""
    context = {
        "page": REFERENCES[name],
        "client_id": DOCS_CLIENT_ID if settings.IS_LOCAL else "",
    }
    return render_docs(request, "reference", context)


@public()
def document(request: HttpRequest, name: str) -> HttpResponse:
    """Answer with an API's OpenAPI document."""
    return JsonResponse(REFERENCES[name].document)


@public()
def oauth_redirect(request: HttpRequest) -> HttpResponse:
    """Take the code that the log-in page gives, and hand it to the reference that opened the window."""
    return render(request, "documentation/oauth_redirect.html")
