"""The seller's page about payouts: what can be paid and why not more, asking once, and where it goes."""

import re
from datetime import timedelta

import pytest
from django.conf import settings

from core import clock
from customers.models import Account
from operations.factories import AccountFactory, OrganizationFactory, PayoutAccountFactory, PayoutFactory
from operations.factories.payouts import earn
from payouts.models import Payout, PayoutAccount
from tests.claimed_keys import claim_key
from tests.desk import log_in, text_of
from tests.module_rows import rows_of_module

pytestmark = pytest.mark.django_db
PAGE, ACCOUNT = "/account/payouts/", "/account/payouts/account/"
TOLD = {
    "currency": "USD",
    "holder": "Paper Kites Ltd",
    "iban": "NL91 ABNA 0417 1643 00",
    "street": "Long Lane 1",
    "town": "Amsterdam",
    "country": "NL",
}


@pytest.fixture(scope="module")
def seller(request):
    """60.00 free, 40.00 too young, and an account in USD."""
    with rows_of_module(request, make_seller) as made:
        yield made


def make_seller():
    account = PayoutAccountFactory(currency="USD", organization=OrganizationFactory(name="Paper Kites Ltd"))
    earn(account.organization, 6_000)
    earn(account.organization, 4_000, age=timedelta(hours=1))
    return account.organization


@pytest.fixture
def browser(seller):
    return log_in(AccountFactory(organization=seller, email="kim@seller.example"))


def fill_in(browser, amount="50", **changes) -> dict[str, str]:
    [key] = re.findall(r'name="key" value="([^"]+)"', browser.get(PAGE).content.decode())
    return {"key": key, "currency": "USD", "amount": amount} | changes


def test_the_account_page_leads_there(browser):
    assert f'href="{PAGE}"' in browser.get("/account/").content.decode()


def test_who_only_buys_is_not_led_there_and_who_sells_also_to_the_console(browser):
    assert 'href="/console/"' in browser.get("/account/").content.decode()
    page = log_in(AccountFactory()).get("/account/").content.decode()
    assert not any(f'href="{path}"' in page for path in (PAGE, "/account/statements/", "/console/"))


def test_what_is_known_of_a_seller_is_proposed():
    known = {"legal_name": "Owl Ltd", "street": "Oak 1", "postal_code": "12", "city": "Ely", "country": "GB"}
    browser = log_in(AccountFactory(organization=OrganizationFactory(name="Owl", **known)))
    initial = browser.get(f"{ACCOUNT}?currency=USD").context["form"].initial
    assert [*initial.values()] == [*known.values()]


def test_each_line_says_what_it_takes_off(browser):
    text = text_of(browser.get(PAGE))
    assert "Available for payout $60.00" in text
    assert "Owed to you $100.00 Recent sales, still on hold -$40.00" in text
    assert "Goes to Paper Kites Ltd, DE… 3000" in text
    assert "0532013000" not in browser.get(PAGE).content.decode()


def test_a_payout_is_asked_for_and_shown(browser):
    answer = browser.post(PAGE, fill_in(browser))
    assert (answer.status_code, answer["Location"]) == (303, PAGE)
    payout = Payout.objects.get()
    assert (payout.amount_minor, payout.actor.startswith("page/account:")) == (5_000, True)
    assert "$50.00 Waits for approval" in text_of(browser.get(PAGE))


@pytest.mark.parametrize(
    ("language", "shown"), [("en", "60.00"), ("de", "60,00"), ("pl", "60,00"), ("ar", "60,00")]
)
def test_what_the_form_proposes_is_taken_in_each_language(browser, language, shown):
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    page = browser.get(PAGE).content.decode()
    [proposed] = re.findall(r'name="amount" value="([^"]+)"', page)
    assert proposed == shown
    assert browser.post(PAGE, fill_in(browser, proposed)).status_code == 303
    assert Payout.objects.get().amount_minor == 6_000


@pytest.mark.parametrize(
    ("typed", "cents"), [("12,50", 1_250), ("12.50", 1_250), ("12,5", 1_250), ("12", 1_200)]
)
def test_who_reads_german_may_type_a_comma_or_a_point(browser, typed, cents):
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "de"
    assert browser.post(PAGE, fill_in(browser, typed)).status_code == 303
    assert Payout.objects.get().amount_minor == cents


def test_older_payouts_are_behind_the_newest_ones(browser, monkeypatch):
    monkeypatch.setattr("checkout.payout_list.SHOWN", 2)
    for amount in ("10", "11", "12"):
        browser.post(PAGE, fill_in(browser, amount))
    page = browser.get(PAGE)
    assert [line.amount for line in page.context["page"].payouts] == ["$12.00", "$11.00"]
    [older] = re.findall(r'href="/account/payouts/(\?before=[^"#]+)', page.content.decode())
    page = browser.get(PAGE + older)
    assert [line.amount for line in page.context["page"].payouts] == ["$10.00"]
    assert 'href="?before=' not in page.content.decode()
    assert browser.get(f"{PAGE}?before=nonsense").status_code == 200


def test_pressing_twice_asks_once(browser):
    form = fill_in(browser, "20")
    assert [browser.post(PAGE, form).status_code for _ in range(2)] == [303, 303]
    assert Payout.objects.count() == 1


def test_who_presses_again_while_the_first_press_is_worked_on_still_asks_once(browser):
    form = fill_in(browser, "20")
    said = {"currency": "USD", "amount": "20"}
    by = Account.objects.get(email="kim@seller.example").public_id
    claim_key(principal=f"page/account:{by}", path=PAGE, key=form["key"], said=said)
    page = browser.post(PAGE, form)
    assert page.status_code == 409
    assert f'name="key" value="{form["key"]}"' in page.content.decode()
    assert 'name="amount" value="20"' in page.content.decode()


def test_a_refused_payout_from_another_page_leads_its_form_to_the_page_of_payouts(browser, seller):
    sent = PayoutFactory(account=seller.payout_accounts.get(), sent=True)
    page = browser.post(f"{PAGE}{sent.public_id}/cancel/").content.decode()
    assert '<form method="post">' not in page
    assert f'<form method="post" action="{PAGE}">' in page


@pytest.mark.slow
@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("60.01", "Only $60.00 is available."),
        ("9.99", "The smallest payout is $10.00."),
        ("", "The amount must be a number"),
        ("ten", "The amount must be a number"),
        ("10.001", "The amount must be a number"),
        ("50.000", "The amount must be a number"),
        ("50,00", "The amount must be a number"),
        ("1e3", "Only $60.00 is available."),
        ("9e999999999", "The amount must be a number"),
        ("NaN", "The amount must be a number"),
        ("-10", "The smallest payout is $10.00."),
        ("1" * 5_000, "The amount must be a number"),
        ("\N{ARABIC-INDIC DIGIT ONE}\N{ARABIC-INDIC DIGIT ZERO}", "Waits for approval"),
    ],
)
def test_amounts_that_cannot_be_paid_are_said_to_be(browser, amount, words):
    answer = browser.post(PAGE, fill_in(browser, amount), follow=True)
    assert words in text_of(answer)


@pytest.mark.parametrize("change", [{"key": "x"}, {"key": ""}, {"currency": "usd"}, {"currency": ""}])
def test_a_form_that_is_not_ours_asks_for_nothing(browser, change):
    assert browser.post(PAGE, fill_in(browser, **change)).status_code == 409
    assert not Payout.objects.exists()


def test_a_payout_is_taken_back_while_it_waits(browser, seller):
    browser.post(PAGE, fill_in(browser))
    payout = Payout.objects.get()
    assert "Cancel request" in text_of(browser.get(PAGE))
    assert browser.post(f"{PAGE}{payout.public_id}/cancel/").status_code == 303
    assert "Taken back" in text_of(browser.get(PAGE))
    sent = PayoutFactory(account=seller.payout_accounts.get(), sent=True)
    answer = browser.post(f"{PAGE}{sent.public_id}/cancel/")
    assert (answer.status_code, "That is no longer possible" in text_of(answer)) == (409, True)


def test_payouts_of_others_are_not_there(browser):
    other = PayoutFactory()
    assert browser.post(f"{PAGE}{other.public_id}/cancel/").status_code == 404
    assert str(other.public_id) not in browser.get(PAGE).content.decode()


def test_colleagues_without_the_role_and_staff_see_nothing(seller, staff_browser):
    colleague = log_in(AccountFactory(organization=seller, has_billing_role=False))
    for path in (PAGE, f"{ACCOUNT}?currency=USD"):
        assert colleague.get(path).status_code == 403
        assert staff_browser.get(path).status_code == 404


@pytest.fixture
def staff_browser(db):
    from operations.factories import UserFactory

    return log_in(type("Someone", (), {"user": UserFactory(staff=True)}))


def test_who_never_sold_is_told_what_is_missing():
    text = text_of(log_in(AccountFactory()).get(PAGE))
    assert "Available for payout $0.00" in text
    assert "Set up a payout account first." in text


def test_an_account_is_told_and_waits_some_days(browser, seller):
    answer = browser.post(ACCOUNT, TOLD)
    assert (answer.status_code, answer["Location"]) == (303, PAGE)
    account = PayoutAccount.objects.get(organization=seller, replaced_at=None)
    assert (account.iban, account.actor.startswith("page/account:")) == ("NL91ABNA0417164300", True)
    begin = clock.now() + timedelta(days=3)
    assert f"Payouts to it start on {begin:%-d %B %Y}" in text_of(browser.get(PAGE))


def test_an_iban_that_is_left_empty_stays_and_is_never_shown(browser, seller):
    assert "0532013000" not in browser.get(f"{ACCOUNT}?currency=USD").content.decode()
    browser.post(ACCOUNT, TOLD | {"iban": "", "holder": "Paper Kites GmbH"})
    account = PayoutAccount.objects.get(organization=seller, replaced_at=None)
    assert (account.iban, account.holder) == ("DE89370400440532013000", "Paper Kites GmbH")


def test_of_an_iban_and_another_account_the_new_one_is_where_payouts_go(browser, seller):
    for said, iban, other in (
        ({"iban": "", "other_account": "First Bank, 1234567"}, "", "First Bank, 1234567"),
        ({"iban": "", "other_account": "First Bank, 1234567", "town": "Haarlem"}, "", "First Bank, 1234567"),
        ({"other_account": "First Bank, 1234567"}, "NL91ABNA0417164300", ""),
        ({"iban": "", "other_account": "", "town": "Haarlem"}, "NL91ABNA0417164300", ""),
    ):
        assert browser.post(ACCOUNT, TOLD | said).status_code == 303
        account = PayoutAccount.objects.get(organization=seller, replaced_at=None)
        assert (account.iban, account.other_account) == (iban, other)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"iban": "NL91 ABNA 0417 1643 01"}, "It is no IBAN whose country, length and check digits fit."),
        ({"holder": ""}, "This field is required."),
        ({"holder": "x" * 71}, "It must not have more than 70 characters."),
        ({"country": "Holland"}, "Holland is not one of the available choices."),
    ],
)
def test_what_is_wrong_is_said_at_its_field(browser, said, words):
    answer = browser.post(ACCOUNT, TOLD | said)
    assert (answer.status_code, words in text_of(answer)) == (400, True), text_of(answer)
    assert PayoutAccount.objects.count() == 1


@pytest.mark.parametrize("currency", ["", "EURO", "<b>"])
def test_a_currency_that_is_none_has_no_page(browser, currency):
    assert browser.get(ACCOUNT, {"currency": currency}).status_code == 404
    assert browser.post(ACCOUNT, TOLD | {"currency": currency}).status_code == 404
