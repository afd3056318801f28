"""Pages in the language of the account, the cookie or the browser, and in the time zone of the account."""

import re
from datetime import UTC, datetime
from functools import cache
from itertools import cycle, product

import pytest
from django.test import Client
from django.utils import timezone, translation

from charges.models import Acceptance
from core import clock
from customers.models import Account
from operations.factories import CallerFactory, ChargeFactory, SubscriptionFactory
from operations.translations import list_translated, read_catalogue
from tests.desk import bring_to, consent_link, link, press, subscription_at, text_of
from tests.tokens import issue_test_token

NOW = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
LOGIN = {"en": "Log in", "de": "Anmelden", "es": "Iniciar sesión", "pl": "Zaloguj się", "ar": "تسجيل الدخول"}
PLACEHOLDER = re.compile(r"%\(\w+\)s|<[^>]*>")
# Words that a language shares with English or that are names.
SHARED = {"Error", "Test", "App", "Organisation", "Role", "None", "Total", "Status"}


def read_as(browser, path, language, **headers):
    return browser.get(path, headers={"Accept": "text/html", "Accept-Language": language, **headers})


def choose(account, *, language="", time_zone=""):
    Account.objects.filter(pk=account.pk).update(language=language, time_zone=time_zone)


@cache
def list_sentences(language: str) -> set[str]:
    """The sentences of the source without what is filled in."""
    found = set()
    for message in read_catalogue(language):
        english = message.id if isinstance(message.id, str) else (message.id or ("",))[0]
        pieces = [" ".join(piece.split()) for piece in PLACEHOLDER.split(english)]
        found |= {piece for piece in pieces if len(piece) > 8 and piece not in SHARED}
    return found


def find_english(text: str, language: str) -> list[str]:
    """The sentences of the source that stand on a page untranslated."""
    return [sentence for sentence in list_sentences(language) if sentence in text]


@pytest.fixture
def addresses(desk):
    """Every page of a buyer, more or less."""
    caller = CallerFactory(account=desk.buyer, application=desk.app)
    charges = [
        bring_to(ChargeFactory(caller=caller, name="Kites"), status)
        for status in ("accepted", "declined", "processed", "success", "failed")
    ]
    stages = ("pending", "accepted", "trial", "active", "past_due", "frozen", "cancelled", "held")
    offers = [subscription_at(stage, caller, name="Reports", trial_days=7) for stage in stages]
    ways = [f"/account/subscriptions/{offers[3].public_id}/cancel/"]
    ways.append(f"/account/direct_charge/{charges[0].public_id}/withdraw/")
    ways += [
        f"/account/{name}/"
        for name in ("subscriptions", "payments", "apps", "devices", "password", "members")
    ]
    ways += [
        "/login/forgot/",
        "/login/link/",
        "/login/by-link/",
        "/join/",
        "/account/subscriptions/?show=ended",
    ]
    pages = ["/", "/account/", "/account/cards/", "/?id=x", "/nowhere", consent_link(desk.app)]
    return [*pages, *ways, *map(link, [desk.charge, *charges, *offers])]


@pytest.mark.slow
@pytest.mark.parametrize("in_all", [False, pytest.param(True, marks=pytest.mark.night)])
def test_no_page_has_an_english_sentence(desk, addresses, in_all):
    """Each page in one of the languages, the next in the next: that a catalogue is whole has its own test."""
    languages = list_translated()
    pages = product(addresses, languages) if in_all else zip(addresses, cycle(languages), strict=False)
    for address, language in pages:
        page = read_as(desk.browser, address, language)
        assert f'<html lang="{language}"' in page.content.decode(), address
        text = text_of(page)
        assert find_english(text, language) == [], address


def test_an_english_sentence_would_be_found(desk):
    assert "Awaiting your decision" in find_english(text_of(desk.browser.get("/account/")), "de")


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("pl", "ltr"), ("ar", "rtl")])
def test_arabic_is_read_from_the_right(language, direction):
    for path in ("/login/", "/nowhere"):
        page = read_as(Client(), path, language)
        assert f'<html lang="{language}" dir="{direction}">' in page.content.decode()
        assert page["Content-Language"] == language


@pytest.mark.parametrize("path", ["/login/", "/"])
def test_the_browser_is_asked_first(db, path):
    for language, words in LOGIN.items():
        assert words in text_of(read_as(Client(), path, f"{language};q=0.9, fr;q=0.5"))
    assert LOGIN["en"] in text_of(read_as(Client(), path, "fr, xx;q=%%"))


def test_the_switch_is_remembered_and_leads_back(db):
    browser = Client()
    page = browser.get("/login/?next=/account/")
    assert 'value="/login/?next=/account/"' in page.content.decode()
    answer = browser.post("/language/", {"language": "pl", "next": "/login/?next=/account/"})
    assert (answer.status_code, answer["Location"]) == (303, "/login/?next=/account/")
    broken = browser.post("/language/", {"language": "pl", "next": "/login/\nSet-Cookie: x=1"})
    assert broken["Location"] == "/login/%0ASet-Cookie:%20x=1"
    assert LOGIN["pl"] in text_of(read_as(browser, answer["Location"], "de"))


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "///evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "",
        "account/",
    ],
)
def test_the_switch_leads_nowhere_else(db, target):
    answer = Client().post("/language/", {"language": "de", "next": target})
    assert (answer.status_code, answer["Location"]) == (303, "/")


@pytest.mark.parametrize("language", ["fr", "", "de\0", "DE", "../de", "x" * 999])
def test_the_switch_ignores_what_is_no_language_of_ours(desk, language):
    answer = desk.browser.post("/language/", {"language": language, "next": "/account/"})
    assert answer.status_code == 303
    assert "language" not in answer.cookies
    assert Account.objects.get(pk=desk.buyer.pk).language == ""


def test_the_switch_takes_a_post(db):
    assert Client().get("/language/").status_code == 405


def test_pages_that_were_not_asked_for_by_their_address_have_no_switch(db):
    assert 'action="/language/"' in Client().get("/login/").content.decode()
    assert 'action="/language/"' not in Client().post("/login/", {}).content.decode()


def test_who_is_logged_in_switches_for_their_account(desk):
    desk.browser.post("/language/", {"language": "es", "next": "/account/"})
    assert Account.objects.get(pk=desk.buyer.pk).language == "es"


def test_the_language_of_the_account_wins(desk):
    choose(desk.buyer, language="de")
    desk.browser.cookies["language"] = "pl"
    assert "Ihr Konto" in text_of(read_as(desk.browser, "/account/", "es"))


def test_a_language_that_is_no_longer_offered_leaves_the_choice_to_the_browser(desk):
    choose(desk.buyer, language="fr")
    assert "Ihr Konto" in text_of(read_as(desk.browser, "/account/", "de"))


def test_the_account_page_takes_language_and_time_zone(desk):
    data = {"language": "de", "time_zone": "Europe/Warsaw"}
    answer = desk.browser.post("/account/preferences/", data)
    assert (answer.status_code, answer["Location"]) == (303, "/account/")
    kept = Account.objects.get(pk=desk.buyer.pk)
    assert (kept.language, kept.time_zone) == ("de", "Europe/Warsaw")
    page = desk.browser.get("/account/").content.decode()
    assert '<option value="de" selected>Deutsch</option>' in page
    assert '<option value="Europe/Warsaw" selected>Warschau (Europe/Warsaw)</option>' in page

    desk.browser.post("/account/preferences/", {"language": "", "time_zone": ""})
    kept.refresh_from_db()
    assert (kept.language, kept.time_zone) == ("", "")
    assert desk.browser.cookies["language"].value == ""


@pytest.mark.parametrize(
    "data",
    [
        {"language": "fr"},
        {"language": "de", "time_zone": "Europe/Nowhere"},
        {"time_zone": "../../etc/passwd"},
        {"language": "de\0"},
        {"time_zone": "localtime"},
    ],
)
def test_the_account_page_refuses_what_it_does_not_offer(desk, data):
    answer = desk.browser.post("/account/preferences/", data)
    assert answer.status_code == 400
    assert "Choose one of the languages and one of the time zones below." in text_of(answer)
    assert Account.objects.get(pk=desk.buyer.pk).time_zone == ""


def test_preferences_come_from_our_own_page(desk):
    data = {"language": "de", "time_zone": ""}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}):
        assert desk.browser.post("/account/preferences/", data, headers=headers).status_code == 403
    assert Client().post("/account/preferences/", data)["Location"].startswith("/login/")
    assert Account.objects.get(pk=desk.buyer.pk).language == ""


def test_days_are_those_of_the_time_zone_which_is_named(desk):
    caller = CallerFactory(account=desk.buyer, application=desk.app)
    with clock.travel_to(NOW):
        charge = bring_to(ChargeFactory(caller=caller), "success")
        assert "on 20 November 2026" in text_of(desk.browser.get(link(charge)))
        choose(desk.buyer, time_zone="Asia/Kolkata")
        assert "on 21 November 2026" in text_of(desk.browser.get(link(charge)))
        offer = SubscriptionFactory(caller=caller, trial_days=7)
        text = text_of(desk.browser.get(link(offer)))
    assert "From 28 November 2026 $19.00 every month Payment days are counted in UTC." in text
    assert "All dates are in India Time." in text


def test_a_time_zone_that_this_machine_does_not_know_is_utc(desk):
    choose(desk.buyer, time_zone="Mars/Olympus")
    assert desk.browser.get("/account/").status_code == 200


@pytest.mark.parametrize(
    ("language", "total"),
    [("en", "$37.50"), ("de", "37,50 $"), ("es", "37,50 US$"), ("pl", "37,50 USD"), ("ar", "37.50 US$")],
)
def test_money_is_written_as_the_language_has_it(desk, language, total):
    caller = CallerFactory(account=desk.buyer, application=desk.app)
    charge = ChargeFactory(caller=caller, price_minor=3_750, quantity=1)
    assert total in text_of(read_as(desk.browser, link(charge), language))


def test_an_acceptance_keeps_the_words_and_their_language_beside_the_same_terms(desk):
    caller = CallerFactory(account=desk.buyer, application=desk.app)
    kept = []
    for language in ("en", "de"):
        choose(desk.buyer, language=language)
        offer = SubscriptionFactory(caller=caller, name=f"Reports {language}", trial_days=14)
        assert press(desk.browser, offer, "accept").status_code == 303
        kept.append(Acceptance.objects.get(subscription=offer))
        assert kept[-1].terms_hash == offer.terms_hash
    assert [row.language for row in kept] == ["en", "de"]
    assert kept[0].words == (
        "Harbour Lane Dental agrees to pay $19.00 every month after a trial of 14 days, until you cancel."
    )
    assert kept[1].words == (
        "Harbour Lane Dental stimmt zu, nach einem Probezeitraum (14 Tage) 19,00 $ jeden Monat zu zahlen,"
        " bis Sie kündigen."
    )


def test_the_words_are_those_of_the_page_even_if_the_language_was_changed_since(desk):
    token = desk.browser.get(link(desk.charge)).context["page"].token
    choose(desk.buyer, language="pl")
    desk.browser.post(link(desk.charge), {"decision": "accept", "token": token})
    kept = Acceptance.objects.get(charge=desk.charge)
    assert (kept.language, kept.words) == (
        "en",
        "Harbour Lane Dental agrees to a one-time payment of $2.00.",
    )


def test_what_is_recorded_of_an_act_stays_english(desk):
    choose(desk.buyer, language="ar")
    caller = CallerFactory(account=desk.buyer, application=desk.app)
    running = subscription_at("active", caller)
    desk.browser.post(f"/account/subscriptions/{running.public_id}/cancel/", {"decision": "now"})
    assert running.history.last().reason == "Cancelled by the buyer on the account page."


def test_the_api_answers_alike_in_every_language(desk):
    token = issue_test_token(desk.buyer, desk.app)
    bearer = {"Authorization": f"Bearer {token}"}
    charges = "/v2/direct_charge/livechat"
    for path in (charges, f"{charges}/x", "/v1/nothing", "/api/v01/plans"):
        answers = [read_as(Client(), path, language, **bearer) for language in ("en", "ar")]
        assert answers[0].content == answers[1].content
        assert all("Content-Language" not in answer for answer in answers)
        assert all("Accept-Language" not in answer.get("Vary", "") for answer in answers)


def test_a_language_ends_with_its_request(desk):
    choose(desk.buyer, language="ar", time_zone="Asia/Tokyo")
    desk.browser.get("/account/")
    assert translation.get_language() == "en"
    assert timezone.get_current_timezone_name() == "UTC"


def test_the_admin_stays_english(admin_client):
    assert 'lang="en' in read_as(admin_client, "/admin/", "de").content.decode()
