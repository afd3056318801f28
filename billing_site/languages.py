"""The language and the time zone of each request: the reader's for pages, English for programs and staff."""

import re
from collections.abc import Callable
from datetime import UTC

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from billing_site import paths
from checkout.lookup import find_account

View = Callable[[HttpRequest], HttpResponseBase]
ENGLISH = re.compile(f"/({paths.API}|{paths.STAFF})")


def speak_language(get_response: View) -> View:
    """Answer pages in the language of the cookie, else in that of the browser.

    This is the rule of Django's LocaleMiddleware, but a language ends with its request: the thread answers
    programs next.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if is_english(request):
            return get_response(request)
        with translation.override(translation.get_language_from_request(request)), timezone.override(UTC):
            response = get_response(request)
            language = translation.get_language() or settings.LANGUAGE_CODE
        if response.get("Content-Type", "").startswith("text/html"):
            response.headers["Content-Language"] = language
            patch_vary_headers(response, ["Accept-Language"])
        return response

    return middleware


def speak_to_account(get_response: View) -> View:
    """Answer somebody who is logged in as their account has chosen."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        account = None if is_english(request) else find_account(request.user)
        if account is not None:
            timezone.activate(account.zone)
            if account.language in dict(settings.LANGUAGES):
                translation.activate(account.language)
        return get_response(request)

    return middleware


def is_english(request: HttpRequest) -> bool:
    """Say whether programs or staff read the answer."""
    return ENGLISH.match(request.path_info) is not None
