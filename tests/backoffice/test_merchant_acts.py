"""What staff do to merchants: with a reason, a permission, in words, once, and written down."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from customers.credentials import open_processor_key, seal_processor_key
from customers.merchants import KeyRevoked, revoke_api_key
from customers.models import ApiKey, Merchant
from operations.factories import MerchantFactory, UserFactory
from tests.backoffice.forms import list_acts

pytestmark = pytest.mark.django_db
REASON = {"reason": "Agreed on the phone."}


@pytest.fixture
def merchant():
    merchant = MerchantFactory(may_pay_out=False, daily_payout_limit_minor=0)
    Merchant.objects.filter(pk=merchant.pk).update(sealed_processor_key=seal_processor_key("old"))
    make_key(merchant, "First")
    return Merchant.objects.get()


def make_key(merchant, hint):
    return ApiKey.objects.create(merchant=merchant, digest=hint.encode().hex().zfill(64), hint=hint)


def forms(merchant):
    return {
        "payouts": {"may_pay_out": "on", "daily_limit": "250.10"},
        "replace-key": {"processor_key": "new-and-secret"},
        "revoke": {"api_key": merchant.api_keys.earliest("pk").pk},
        "close": {},
    }


ACTS = ("payouts", "replace-key", "revoke", "close")


def path(merchant, act="change"):
    return f"/admin/customers/merchant/{merchant.pk}/{act}/"


def do(staff, merchant, act, **fields):
    return staff.post(path(merchant, act), forms(merchant)[act] | REASON | fields, follow=True)


def told(response):
    return [str(message) for message in response.context["messages"]]


def everything():
    rows = [list(model.objects.order_by("pk").values()) for model in (Merchant, ApiKey)]
    return *rows, list_acts().count()


def logged():
    return [entry.get_change_message() for entry in list_acts().order_by("pk")]


def buttons(staff, merchant):
    page = staff.get(path(merchant)).content.decode()
    return {act for act in (*ACTS, "open") if f'href="{path(merchant, act)}"' in page}


def let(*names):
    person = UserFactory(username="person", staff=True)
    person.user_permissions.add(*Permission.objects.filter(codename__in=names))
    client = Client()
    client.force_login(person)
    return client


@pytest.mark.parametrize("act", ACTS)
def test_a_page_says_what_will_happen_and_does_nothing_yet(act, staff, merchant):
    before = everything()
    page = staff.get(path(merchant, act)).content.decode()
    sentence = {
        "payouts": "Payouts so far: not permitted.",
        "replace-key": "The processor is called with the new key at once",
        "revoke": "This cannot be undone.",
        "close": "Its subscriptions go on.",
    }[act]
    assert sentence in page
    assert everything() == before


def test_payouts_are_permitted_up_to_a_limit(staff, merchant):
    assert told(do(staff, merchant, "payouts")) == ["What it may pay out is changed."]
    merchant = Merchant.objects.get()
    assert (merchant.may_pay_out, merchant.daily_payout_limit_minor) == (True, 25_010)
    assert logged() == ["Change payouts: not permitted -> up to 250.10 USD a day (UTC). Agreed on the phone."]
    page = staff.get(path(merchant, "payouts")).content.decode()
    assert 'value="250.10"' in page
    do(staff, merchant, "payouts", may_pay_out="")
    assert not Merchant.objects.get().may_pay_out


@pytest.mark.parametrize("limit", ["", "-1", "0.001", "1e400", "x", "NaN", "99999999999", "Infinity"])
def test_a_limit_is_an_amount(limit, staff, merchant):
    before = everything()
    answer = do(staff, merchant, "payouts", daily_limit=limit)
    assert "daily_limit" in answer.context["form"].errors
    assert everything() == before


@pytest.mark.parametrize(
    ("currency", "typed", "minor", "written"),
    [("JPY", "25010", 25_010, "25,010 JPY"), ("KWD", "25.010", 25_010, "25.010 KWD")],
)
def test_a_limit_is_typed_and_shown_in_the_decimals_of_the_currency(
    currency, typed, minor, written, settings, staff, merchant
):
    settings.DEFAULT_CURRENCY = currency
    do(staff, merchant, "payouts", daily_limit=typed)
    assert Merchant.objects.get().daily_payout_limit_minor == minor
    page = staff.get(path(merchant, "payouts")).content.decode()
    assert f"up to {written} a day" in page
    assert f'value="{typed}"' in page


@pytest.mark.parametrize(("currency", "limit"), [("JPY", "0.5"), ("KWD", "0.0001")])
def test_a_limit_has_no_more_decimals_than_the_currency(currency, limit, settings, staff, merchant):
    settings.DEFAULT_CURRENCY = currency
    answer = do(staff, merchant, "payouts", daily_limit=limit)
    assert "daily_limit" in answer.context["form"].errors


def test_the_processor_key_is_replaced_and_never_shown(staff, merchant):
    answer = do(staff, merchant, "replace-key")
    assert open_processor_key(bytes(Merchant.objects.get().sealed_processor_key)) == "new-and-secret"
    assert logged() == ["Replace processor key: Agreed on the phone."]
    pages = [answer, staff.get(path(merchant, "replace-key")), staff.get(path(merchant, "history"))]
    pages.append(staff.post(path(merchant, "replace-key"), {"processor_key": "new-and-secret"}))
    for page in pages:
        assert "new-and-secret" not in page.content.decode()


def test_a_key_is_revoked_once(staff, merchant):
    first, second = merchant.api_keys.get(), make_key(merchant, "Second")
    form = {"api_key": first.pk} | REASON
    assert told(staff.post(path(merchant, "revoke"), form, follow=True)) == [
        "That API key opens nothing any more."
    ]
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.revoked_at is not None
    assert second.revoked_at is None
    assert logged() == ["Revoke API key: First... Agreed on the phone."]
    again = staff.post(path(merchant, "revoke"), form)
    assert "api_key" in again.context["form"].errors
    with pytest.raises(KeyRevoked):
        revoke_api_key(merchant.pk, actor="staff:other", reason="at the same time", api_key_id=first.pk)
    do(staff, merchant, "revoke", api_key=second.pk)
    assert "revoke" not in buttons(staff, merchant)
    assert told(staff.get(path(merchant, "revoke"), follow=True)) == [
        "It has no API key that opens anything."
    ]


def test_the_key_of_somebody_else_is_no_choice(staff, merchant):
    foreign = make_key(MerchantFactory(), "Foreign")
    before = everything()
    assert "api_key" in do(staff, merchant, "revoke", api_key=foreign.pk).context["form"].errors
    assert everything() == before


@pytest.mark.slow
def test_the_api_is_closed_and_opened_again(staff, merchant):
    assert buttons(staff, merchant) == {*ACTS}
    do(staff, merchant, "close")
    assert not Merchant.objects.get().is_active
    assert buttons(staff, merchant) == {"payouts", "replace-key", "revoke", "open"}
    assert told(do(staff, merchant, "close")) == ["The API is closed for it already."]
    staff.post(path(merchant, "open"), REASON)
    assert Merchant.objects.get().is_active
    assert logged() == ["Close API: Agreed on the phone.", "Open API: Agreed on the phone."]


@pytest.mark.slow
@pytest.mark.parametrize("act", ACTS)
def test_without_a_fitting_reason_nothing_is_done(act, staff, merchant):
    before = everything()
    for reason in ("", "   ", "x" * 201, "nul\0"):
        answer = do(staff, merchant, act, reason=reason)
        assert "reason" in answer.context["form"].errors
    assert everything() == before


@pytest.mark.parametrize("act", ACTS)
def test_it_needs_the_permission_to_change_merchants_and_to_look(act, merchant):
    before = everything()
    client = let("view_merchant", "view_customer", "change_customer", "change_apikey")
    assert buttons(client, merchant) == set()
    assert client.get(path(merchant, act)).status_code == 403
    assert do(client, merchant, act).status_code == 403
    assert everything() == before


@pytest.mark.parametrize("act", ACTS)
def test_with_the_permission_it_is_done(act, merchant):
    client = let("change_merchant")
    assert buttons(client, merchant) == {*ACTS}
    assert do(client, merchant, act).status_code == 200
    assert list_acts().get().user.username == "person"


def test_an_unknown_merchant_is_not_found(staff):
    assert staff.get("/admin/customers/merchant/999999/payouts/").status_code == 404
    assert staff.get("/admin/customers/merchant/x/close/").status_code == 404


def test_the_key_of_another_merchant_is_not_revoked(merchant):
    other = make_key(MerchantFactory(), "Other")
    with pytest.raises(ApiKey.DoesNotExist):
        revoke_api_key(merchant.pk, actor="staff:one", reason="by mistake", api_key_id=other.pk)
    other.refresh_from_db()
    assert other.revoked_at is None
