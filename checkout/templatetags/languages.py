"""The switch between languages at the foot of every page."""

from typing import Any

from django import template
from django.conf import settings
from django.utils.translation import get_language

register = template.Library()


@register.inclusion_tag("checkout/language_switch.html", takes_context=True)
def language_switch(context: dict[str, Any]) -> dict[str, Any]:
    """Offer the languages on a page that can be opened again by its address."""
    request = context.get("request")
    if request is None or request.method not in ("GET", "HEAD"):
        return {}
    return {"languages": settings.LANGUAGES, "current": get_language(), "next": request.get_full_path()}
