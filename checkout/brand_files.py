"""The files of the brand, under names that change with them: its colours for pages, and its mark."""

from collections.abc import Callable
from functools import wraps

from csp.constants import HEADER
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from checkout.brand import read_brand
from core.brand import COLOUR
from core.colours import Shades, shade_for_dark, shade_for_light

FOR_EVER = "public, max-age=31536000, immutable"
# Of a server that starts with another brand beside this one: the name is of a file that is not here yet.
UNCERTAIN = "no-cache"
# A logo may be SVG: opened by itself, it runs no script and loads nothing.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
FileView = Callable[[HttpRequest, str], HttpResponse]


def keep_for_ever(view: FileView) -> FileView:
    """Serve a file that is another one under another name."""

    @wraps(view)
    def wrapped(request: HttpRequest, digest: str) -> HttpResponse:
        response = view(request, digest)
        if response.status_code == 200:
            response.headers.setdefault("Cache-Control", FOR_EVER)
        response.headers[HEADER] = POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    return require_safe(wrapped)


@keep_for_ever
def colours(request: HttpRequest, digest: str) -> HttpResponse:
    """Answer with a stylesheet that gives pages the operator's colour, in the light and in the dark."""
    colour = read_brand().colour
    light, dark = write_shades(shade_for_light(colour)), write_shades(shade_for_dark(colour))
    css = f":root {{ {light} }}\n@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n"
    return _answer(css.encode(), "text/css; charset=utf-8", digest)


@keep_for_ever
def mark(request: HttpRequest, digest: str) -> HttpResponse:
    """Answer with the operator's logo, or with our mark in the operator's colour."""
    brand = read_brand()
    if brand.logo:
        return _answer(brand.logo.content, brand.logo.media_type, digest)
    ours = (settings.BASE_DIR / "checkout" / "assets" / "mark.svg").read_text()
    return _answer(ours.replace(str(COLOUR), str(brand.colour)).encode(), "image/svg+xml", digest)


def write_shades(shades: Shades) -> str:
    """Return the variables of pages.css that follow from one colour."""
    return " ".join(f"--{name.replace('_', '-')}: {shade};" for name, shade in shades._asdict().items())


def _answer(content: bytes, media_type: str, digest: str) -> HttpResponse:
    kept = FOR_EVER if digest == read_brand().digest else UNCERTAIN
    return HttpResponse(content, content_type=media_type, headers={"Cache-Control": kept})
