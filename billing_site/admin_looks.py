"""How the admin (django-unfold) looks: the colours, the mark and the name that buyers see, too."""

from typing import Any

from django.utils.functional import lazy

from core.brand import Brand
from core.colours import make_scale

# The greys of checkout/assets/pages.css, from its page in the light to its page in the dark.
GREYS = {
    "50": "#f3f5f4",
    "100": "#eaeeec",
    "200": "#dde3e1",
    "300": "#c3cbc9",
    "400": "#a9b5b8",
    "500": "#616d72",
    "600": "#525e63",
    "700": "#3d494d",
    "800": "#2f3a3d",
    "900": "#1a2123",
    "950": "#101517",
}


def _find_page(name: str) -> str:
    # Here, because who only reads settings needs no URLs, and so none of Django's database.
    from django.urls import reverse

    return reverse(name)


find_page = lazy(_find_page, str)


def configure(brand: Brand, *, static_url: str) -> dict[str, Any]:
    """Return UNFOLD."""
    mark = "checkout.brand.find_mark"
    return {
        "SITE_TITLE": f"{brand.own_name or 'Marketplace billing'}: back office",
        "SITE_HEADER": "checkout.brand.find_name",
        "SITE_SUBHEADER": "Back office",
        "SITE_ICON": mark,
        "SITE_FAVICONS": [{"rel": "icon", "href": mark}],
        "COLORS": {"base": GREYS, "primary": make_scale(brand.colour)},
        "STYLES": [f"{static_url}backoffice/admin.css"],
        "SCRIPTS": [f"{static_url}backoffice/admin.js"],
        "ACCOUNT": {
            "navigation": [
                {"title": "Your log-in", "link": find_page("admin:own_log_in")},
                {"title": "Roles of staff", "link": find_page("admin:roles")},
            ]
        },
        "LOGIN": {"form": "backoffice.log_in.form.StaffLoginForm"},
    }
