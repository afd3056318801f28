"""Where payouts go: told, changed, kept; a change voids what was approved."""

import pytest

from approvals.models import Approval
from core.errors import InvalidField
from operations.factories import OrganizationFactory, PayoutAccountFactory, PayoutFactory, UserFactory
from payouts.accounts import Destination, change_account
from payouts.decide import approve_payout, change_method
from payouts.errors import MethodNotPossible, PayoutAccountTooNew, WrongPayoutState
from payouts.models import PayoutAccount, PayoutMethod
from payouts.sending.by_hand import send_by_hand
from tests.payouts.steps import fetch, history

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound_books")]
DESTINATION = Destination(
    holder="Paper Kites GmbH",
    iban="nl91 abna 0417 1643 00",
    other_account="",
    processor_account="",
    street="Long Lane 2",
    postcode="1017",
    town="Amsterdam",
    country="nl",
)


def change(seller, **said) -> PayoutAccount:
    currency = said.pop("currency", "EUR")
    return change_account(
        organization_id=seller.pk,
        currency=currency,
        destination=DESTINATION | said,
        actor="staff:clerk",
        reason="On the phone.",
    )


def test_an_account_is_kept_with_its_bic_and_shown_masked(seller):
    account = change(OrganizationFactory())
    assert (account.iban, account.bic, account.country) == ("NL91ABNA0417164300", "ABNANL2A", "NL")
    assert account.masked == "NL… 4300"
    assert "0417" not in str(account)


def test_a_change_is_another_row_and_the_one_before_stays(seller):
    before = seller.payout_accounts.get()
    after = change(seller)
    before.refresh_from_db()
    assert (before.replaced_at is not None, after.replaced_at) == (True, None)
    assert change(seller).pk == after.pk
    assert seller.payout_accounts.count() == 2


def test_each_currency_has_its_own(seller):
    change(seller, currency="SEK")
    assert seller.payout_accounts.filter(replaced_at=None).count() == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"iban": "NL91 ABNA 0417 1643 01"}, "iban"),
        ({"iban": "NL91 ABNA 0417 1643 0"}, "iban"),
        ({"iban": "XX00"}, "iban"),
        ({"iban": "🏦"}, "iban"),
        ({"iban": ""}, "iban"),
        ({"holder": ""}, "holder"),
        ({"holder": "x" * 71}, "holder"),
        ({"holder": "🦄🦄"}, "holder"),
        ({"holder": "4242 4242 4242 4242"}, "holder"),
        ({"town": " "}, "town"),
        ({"street": "a\x00b"}, "street"),
        ({"postcode": "1" * 17}, "postcode"),
        ({"country": "DEU"}, "country"),
        ({"country": "1A"}, "country"),
        ({"country": "UK"}, "country"),
        ({"country": "ßß"}, "country"),
        ({"currency": "EURO"}, "currency"),
        ({"other_account": "x" * 141}, "other_account"),
    ],
)
def test_what_a_bank_could_not_use_is_refused_by_field(seller, said, field):
    with pytest.raises(InvalidField) as refused:
        change(seller, **said)
    assert refused.value.field == field
    assert seller.payout_accounts.count() == 1


@pytest.mark.parametrize("holder", ["Müller & Søn A/S", "株式会社マーケット", "O'Neill-Ünal"])
def test_names_of_the_world_are_kept_as_they_are(seller, holder):
    assert change(seller, holder=holder).holder == holder


@pytest.mark.parametrize("stage", ["requested", "approved"])
def test_a_change_takes_open_payouts_along_and_voids_their_approval(seller, stage):
    payout = PayoutFactory(
        account=seller.payout_accounts.get(), **({} if stage == "requested" else {stage: True})
    )
    asked_by = Approval.objects.get().requested_by
    account = change(seller)
    payout = fetch(payout)
    assert (payout.status, payout.account) == ("requested", account)
    old, new = Approval.objects.order_by("pk")
    assert (old.status, new.status, new.requested_by) == ("void", "requested", asked_by)
    assert new.details["destination"] == account.fingerprint


def test_after_a_change_nothing_is_sent_before_it_is_approved_and_the_account_is_old_enough(
    settings, seller, desk
):
    payout = PayoutFactory(account=seller.payout_accounts.get(), approved=True)
    change(seller)
    with pytest.raises(WrongPayoutState):
        send_by_hand(payout.pk, reference="x", actor="test")
    change_method(payout.pk, method=PayoutMethod.BY_HAND, user=UserFactory(staff=True), reason="By hand.")
    approve_payout(payout.pk, user=desk.approver)
    with pytest.raises(PayoutAccountTooNew):
        send_by_hand(payout.pk, reference="x", actor="test")
    settings.PAYOUT_NEW_ACCOUNT_DAYS = 0
    assert send_by_hand(payout.pk, reference="x", actor="test").status == "sent"


@pytest.mark.parametrize("stage", ["sent", "settled", "returned"])
def test_what_was_sent_keeps_the_account_that_it_went_to(seller, stage):
    payout = PayoutFactory(account=seller.payout_accounts.get(), **{stage: True})
    change(seller)
    assert fetch(payout).account == payout.account


def test_another_way_must_be_approved_anew(seller, desk):
    payout = PayoutFactory(account=seller.payout_accounts.get(), approved=True)
    change_method(payout.pk, method=PayoutMethod.BANK_FILE, user=UserFactory(staff=True), reason="By file.")
    assert fetch(payout).status == "requested"
    assert history(payout) == ["approved", "requested"]
    with pytest.raises(MethodNotPossible):
        change_method(payout.pk, method=PayoutMethod.PROCESSOR, user=UserFactory(staff=True), reason="No.")


def test_a_seller_without_money_changes_its_account_at_will():
    account = PayoutAccountFactory()
    assert change(account.organization).replaced_at is None
