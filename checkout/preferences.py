"""The language and the time zone of pages: the switch, and the form on the account page."""

from datetime import timedelta
from functools import cache

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.encoding import iri_to_uri
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from checkout.headers import protected
from checkout.lookup import find_account
from checkout.see_other import SeeOther
from core.local_formats import list_zones, write_city
from customers.models import Account
from customers.preferences import choose_language, choose_preferences

KEPT_FOR = timedelta(days=365)


def list_languages() -> list[tuple[str, str]]:
    """Return the languages by their own names, and none."""
    return [("", _("Same as the browser")), *settings.LANGUAGES]


@cache
def list_cities(language: str | None) -> list[tuple[str, str]]:
    """Return UTC, then the time zones by their cities, named in this language, which is the active one."""
    cities = [(zone, f"{write_city(zone)} ({zone})") for zone in list_zones()]
    return [("", "UTC"), *sorted(cities, key=lambda pair: pair[1])]


class PreferencesForm(forms.Form):
    """Language and time zone, each with a choice for "not chosen"."""

    language = forms.ChoiceField(required=False, choices=list_languages)
    time_zone = forms.ChoiceField(required=False, choices=lambda: list_cities(get_language()))

    @classmethod
    def of(cls, account: Account) -> "PreferencesForm":
        """Show what an account has chosen."""
        return cls(initial={"language": account.language, "time_zone": account.time_zone})

    def save(self, account: Account) -> None:
        """Keep what was chosen."""
        choose_preferences(account.pk, **self.cleaned_data)


@csrf_exempt
@protected
@require_POST
def switch_language(request: HttpRequest) -> HttpResponseBase:
    """Show pages in another language from now on, and go back to the page of the switch.

    The language is kept in a cookie and, of somebody who is logged in, with the account. Without a CSRF token
    pages can offer it that have no session, such as that of an error: a form on another site comes without
    the session, so that all it can change is the language of a stranger's pages.
    """
    language, account = request.POST.get("language", ""), find_account(request.user)
    response = SeeOther(_find_way_back(request.POST.get("next", "")))
    if language in dict(settings.LANGUAGES):
        _remember(response, language)
        if account is not None:
            choose_language(account.pk, language=language)
    return response


def save_preferences(request: HttpRequest, account: Account, form: PreferencesForm) -> HttpResponseBase:
    """Keep a valid form and show the account page in what was chosen."""
    form.save(account)
    response = SeeOther(reverse("account"))
    if form.cleaned_data["language"]:
        _remember(response, form.cleaned_data["language"])
    else:
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME, samesite="Lax")
    return response


def _remember(response: HttpResponse, language: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=KEPT_FOR,
        secure=settings.OVER_TLS,
        httponly=True,
        samesite="Lax",
    )


def _find_way_back(path: str) -> str:
    """Return a path of this server; anything else leads to the start page."""
    is_ours = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return iri_to_uri(path) if is_ours else "/"
