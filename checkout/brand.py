"""The operator's brand on pages and in the admin: its name, and where its files are."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse

from core.brand import Brand


def show_brand(request: HttpRequest) -> dict[str, Any]:
    """Add the brand to the context of every template."""
    brand = read_brand()
    colours = reverse("brand_colours", args=[brand.digest]) if brand.own_colour else ""
    return {"brand": brand, "brand_mark": find_mark(), "brand_colours": colours}


def find_mark(request: HttpRequest | None = None) -> str:
    """Return the address of the mark: the operator's logo, else ours, in the operator's colour."""
    brand = read_brand()
    if brand.logo or brand.own_colour:
        return reverse("brand_mark", args=[brand.digest])
    return static("mark.svg")


def find_name(request: HttpRequest) -> str:
    """Return what the marketplace is called."""
    return read_brand().name


def read_brand() -> Brand:
    """Return the brand of the settings."""
    brand: Brand = settings.BRAND
    return brand
