"""The admin site: its own content policy, a short session, a search, and a first page of money."""

from collections.abc import Callable
from functools import update_wrapper
from threading import RLock
from typing import Any

from csp.constants import UNSAFE_EVAL
from csp.decorators import csp_update
from django.contrib.admin import autodiscover
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from unfold.sites import UnfoldAdminSite

from access.known_devices import make_known
from backoffice.audit import note_download
from backoffice.columns import write_instant
from backoffice.first_page.money import may_see_money, show_money
from backoffice.first_page.period import USUAL, PeriodForm, read_period
from backoffice.log_in.adding import show_app, show_passkey
from backoffice.log_in.checking import ask_for_factor
from backoffice.log_in.own_page import show_own_log_in
from backoffice.log_in.second_factor import find_detour
from backoffice.log_in.staff_sessions import prolong_session
from backoffice.overview import list_concerns
from backoffice.reader_zone import choose_zone, read_zone
from backoffice.roles_page import show_roles
from backoffice.search.page import show_search
from backoffice.sections import arrange
from bookkeeping.figures.reading import read_counted_at

View = Callable[..., HttpResponseBase]
Page = Callable[[HttpRequest, dict[str, Any]], HttpResponse]
# By address: the name, and what shows it.
OWN_PAGES: dict[str, tuple[str, Page]] = {
    "time-zone/": ("time_zone", choose_zone),
    "second-factor/": ("second_factor", ask_for_factor),
    "your-log-in/": ("own_log_in", show_own_log_in),
    "your-log-in/app/": ("add_app", show_app),
    "your-log-in/passkey/": ("add_passkey", show_passkey),
    "roles/": ("roles", show_roles),
}

# unfold's Alpine.js compiles the expressions in attributes; nothing from elsewhere is let in by this.
allow_alpine = csp_update({"script-src": [UNSAFE_EVAL]})


def _find_file(response: HttpResponseBase) -> str:
    """Return the name of the file that an answer sends, if it does."""
    disposition = response.headers.get("Content-Disposition", "")
    return disposition.partition("filename=")[2].strip('"') if disposition.startswith("attachment") else ""


class BillingAdminSite(UnfoldAdminSite):
    """Unfold's site under rules of ours."""

    index_template = "admin/overview.html"
    index_title = "Overview"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._loading, self._is_loaded = RLock(), False
        super().__init__(*args, **kwargs)

    @property
    def _registry(self) -> dict[Any, Any]:
        """The pages by their models; they are imported when the first of them is asked for.

        Workers, beat and most commands show none, and would load a third of all modules for them.
        """
        with self._loading:
            if not self._is_loaded:
                self._is_loaded = True  # Before, since they ask for it themselves to be registered.
                autodiscover()
            return self._pages

    @_registry.setter
    def _registry(self, pages: dict[Any, Any]) -> None:
        self._pages = pages

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """Wrap a view for staff."""
        inner = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if self.has_permission(request):
                prolong_session(request)
                if way := find_detour(request):
                    return way
            with timezone.override(read_zone(request)):
                response = inner(request, *args, **kwargs)
                if name := _find_file(response):
                    note_download(request.user, request, name=name)  # type: ignore[arg-type]
                return response.render() if isinstance(response, TemplateResponse) else response

        return update_wrapper(allow_alpine(guarded), inner)

    @method_decorator(allow_alpine)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the log-in page; a browser that logs in is known from then on.

        Unfold's form does not say where to go, so without an address to come back to it is the first page.
        """
        if request.method == "POST" and REDIRECT_FIELD_NAME not in request.GET:
            form = request.POST.copy()
            form.setdefault(REDIRECT_FIELD_NAME, reverse("admin:index", current_app=self.name))
            request.POST = form  # type: ignore[assignment]
        response = super().login(request, extra_context)
        if request.method == "POST" and isinstance(request.user, User):
            make_known(request, response, user=request.user)
        return response

    def search(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Search everything; for what its own palette types (Ctrl+K) unfold looks for pages."""
        if "s" in request.GET:
            return super().search(request, extra_context)
        return show_search(request, {**self.each_context(request), **(extra_context or {})})

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Return what this person may see: of one app, or of all of them under the work that it is for."""
        apps: list[Any] = super().get_app_list(request, app_label)
        return apps if app_label else arrange(apps)

    def get_urls(self) -> list[Any]:
        """Add pages of ours to those of Django and unfold."""
        own = [
            path(address, self.admin_view(self._show(page)), name=name)
            for address, (name, page) in OWN_PAGES.items()
        ]
        return [*own, *super().get_urls()]

    def _show(self, page: Page) -> View:
        return lambda request: page(request, self.each_context(request))

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Show the money of a chosen time, then what needs a look."""
        context = {"concerns": list_concerns(request.user), **(extra_context or {})}
        if may_see_money(request.user):
            form = PeriodForm({"period": USUAL, **request.GET.dict()} if request.GET else None)
            period, livemode = read_period(form), request.GET.get("test") != "1"
            context |= {
                "form": form,
                "period": period,
                "livemode": livemode,
                "currencies": show_money(period, livemode=livemode),
                "counted": write_instant(read_counted_at()),
            }
        return super().index(request, context)
