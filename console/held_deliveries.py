"""Why nothing is sent to an endpoint at present, in words for its pages."""

from webhooks.models import Endpoint


def say_what_holds(endpoint: Endpoint) -> str:
    """Return a sentence; nothing where deliveries are on their way. It reads the application."""
    if endpoint.disabled_at is not None:
        return "Nothing is sent while the endpoint is off."
    if not endpoint.application.is_active:
        return "Nothing is sent while the marketplace has switched the application off."
    return ""
