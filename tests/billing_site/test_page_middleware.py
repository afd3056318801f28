"""Which middleware serves which paths: programs pass by what only a browser needs."""

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver
from django.utils.module_loading import import_string

from billing_site.error_handlers import is_api
from billing_site.page_middleware import PageMessages, PagePolicies, PageSessions, PagesOnly, PageUsers

PROGRAMS = ("/v1/plans", "/v2/ledger/", "/v3/", "/api/x", "/hooks/stripe/", "/oauth/token/", "/healthz")
PAGES = ("/", "/confirm/x", "/admin/", "/console/", "/login/", "/oauth/authorize/", "/docs/", "/vault")
# Who looks at what is at each path, whoever asks; the check of forms and the refusal of frames among them.
OF_ALL = {
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "billing_site.middleware.LogMiddleware",
    "billing_site.request_records.record_requests",
    "billing_site.middleware.set_headers",
    "billing_site.languages.speak_language",
    "django.middleware.security.SecurityMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "billing_site.middleware.refuse_unreadable",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "billing_site.languages.speak_to_account",
    "billing_site.reader_clock.keep_own_time",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "billing_site.log_in_answers.answer_refused_log_ins",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
}
LEAVES = {PageSessions: "session", PageUsers: "user", PageMessages: "_messages", PagePolicies: "csp_nonce"}


def list_of_pages() -> list[str]:
    found = [(name, import_string(name)) for name in settings.MIDDLEWARE]
    return [name for name, each in found if isinstance(each, type) and issubclass(each, PagesOnly)]


def test_each_middleware_serves_every_path_or_is_one_of_four_for_pages():
    names = {f"{each.__module__}.{each.__name__}" for each in LEAVES}
    assert set(list_of_pages()) == names
    assert set(settings.MIDDLEWARE) - names == OF_ALL


@pytest.mark.parametrize("kind", LEAVES)
@pytest.mark.parametrize(("path", "is_served"), [(p, False) for p in PROGRAMS] + [(p, True) for p in PAGES])
def test_what_is_for_pages_leaves_no_trace_on_a_request_of_a_program(rf, kind, path, is_served):
    request = rf.get(path)
    if kind is not PageSessions:
        request.session = {}
    kind(lambda _: HttpResponse())(request)
    assert hasattr(request, LEAVES[kind]) is is_served
    assert is_api(request) is not is_served


def test_every_path_below_an_api_is_exempt_from_the_check_of_forms_or_only_read():
    """The check stays on all paths; programs send no form, so a view of theirs never asks for its token."""
    assert "django.middleware.csrf.CsrfViewMiddleware" in settings.MIDDLEWARE
    assert get_resolver().resolve("/v2/direct_charge/livechat").func.csrf_exempt
    assert not getattr(get_resolver().resolve("/login/").func, "csrf_exempt", False)


@pytest.mark.django_db
def test_a_form_without_its_token_is_refused_and_a_program_needs_none():
    browser = Client(enforce_csrf_checks=True)
    assert browser.post("/login/", {"username": "a@b.example"}).status_code == 403
    assert browser.post("/v2/direct_charge/livechat", {}, "application/json").status_code == 401


@pytest.mark.django_db
def test_a_session_lets_nobody_into_an_api(admin_client):
    answer = admin_client.get("/v2/direct_charge/livechat")
    assert answer.status_code == 401
    assert not answer.cookies


def test_an_answer_to_a_program_may_load_nothing_and_be_framed_by_nobody(client):
    answer = client.get("/healthz")
    assert answer["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
