"""Middleware of pages that programs pass by: they have no session, no message and no browser to restrain."""

from csp.middleware import CSPMiddleware
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from billing_site.error_handlers import is_api


class PagesOnly:
    """Serves no path of an API. The check of forms is not one of these: it serves every path."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a program without what follows in the order of bases."""
        serve = self.get_response if is_api(request) else super().__call__  # type: ignore[attr-defined, misc]
        answer: HttpResponseBase = serve(request)
        return answer


class PageSessions(PagesOnly, SessionMiddleware):
    """Reads the session that a browser's cookie names."""


class PageUsers(PagesOnly, AuthenticationMiddleware):
    """Says who is logged in."""


class PageMessages(PagesOnly, MessageMiddleware):
    """Carries messages to the next page."""


class PagePolicies(PagesOnly, CSPMiddleware):
    """Says what a page may load; answers of an API may load nothing, which `set_headers` says."""
