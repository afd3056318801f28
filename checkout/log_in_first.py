"""Pages for people who are logged in; the others log in first and come back."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.encoding import iri_to_uri

from core.urls import read_origin

View = Callable[..., HttpResponseBase]


def log_in_first(view: View) -> View:
    """Lead who is not logged in to the log-in and back; nothing of a form is carried out meanwhile.

    The log-in leads on with a GET, which most forms do not take: who sends one after the session has ended
    comes back to the page that the form was on.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        return redirect_to_login(_find_page_of_form(request) or request.get_full_path())

    return guarded


def _find_page_of_form(request: HttpRequest) -> str:
    """Return the path of our page that a form was on; nothing where the browser does not say."""
    if request.method != "POST":
        return ""
    try:
        page = urlsplit(request.headers.get("Referer", ""))
        is_ours = read_origin(page) == f"{request.scheme}://{request.get_host()}"
    except ValueError:  # No address at all.
        return ""
    return iri_to_uri(page._replace(scheme="", netloc="", fragment="").geturl()) if is_ours else ""
