"""A buyer accepts or declines a direct charge."""

from charges.models import Acceptance, StatusChange
from operations.factories import CallerFactory, ChargeFactory
from tests.desk import bring_to, link, press, reload, text_of

BACK = "https://seller.example/back"


def test_accepting_records_the_consent_and_leads_back_with_the_id(desk):
    answer = press(desk.browser, desk.charge, "accept", **{"User-Agent": "Browser/1.0"})
    assert answer.status_code == 303
    assert answer["Location"] == f"{BACK}?id={desk.charge.public_id}&type=direct_charge"
    charge = reload(desk.charge)
    assert (charge.status, charge.payment_option) == ("accepted", desk.card)
    consent = Acceptance.objects.get()
    assert (consent.account, consent.terms_hash) == (desk.buyer, charge.terms_hash)
    assert (consent.ip, consent.user_agent) == ("127.0.0.1", "Browser/1.0")
    assert StatusChange.objects.get().actor == f"page/account:{desk.buyer.public_id}"


def test_declining_leads_back_with_the_id(desk):
    answer = press(desk.browser, desk.charge, "decline")
    assert answer.status_code == 303
    assert answer["Location"] == f"{BACK}?id={desk.charge.public_id}&type=direct_charge"
    assert reload(desk.charge).status == "declined"
    assert not Acceptance.objects.exists()


def test_the_same_form_sent_twice_has_one_effect_and_the_same_answer(desk):
    token = desk.browser.get(link(desk.charge)).context["page"].token
    answers = [desk.browser.post(link(desk.charge), {"decision": "accept", "token": token}) for _ in range(3)]
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {
        (303, f"{BACK}?id={desk.charge.public_id}&type=direct_charge")
    }
    assert StatusChange.objects.count() == Acceptance.objects.count() == 1


def test_accepting_again_while_it_is_being_collected_changes_nothing(desk):
    token = desk.browser.get(link(desk.charge)).context["page"].token
    bring_to(desk.charge, "success")
    answer = desk.browser.post(link(desk.charge), {"decision": "accept", "token": token})
    assert answer.status_code == 303
    assert reload(desk.charge).status == "success"


def test_the_opposite_of_what_was_decided_shows_what_was_decided(desk):
    token = desk.browser.get(link(desk.charge)).context["page"].token
    bring_to(desk.charge, "declined")
    answer = desk.browser.post(link(desk.charge), {"decision": "accept", "token": token})
    assert answer.status_code == 409
    assert "Declined Your organisation declined this" in text_of(answer)
    assert reload(desk.charge).status == "declined"


def test_declining_what_was_accepted_shows_that_it_is_accepted(desk):
    token = desk.browser.get(link(desk.charge)).context["page"].token
    bring_to(desk.charge, "accepted")
    answer = desk.browser.post(link(desk.charge), {"decision": "decline", "token": token})
    assert answer.status_code == 409
    assert "Accepted Your organisation accepted this" in text_of(answer)


def test_without_a_return_address_the_result_is_a_page_to_close(desk):
    charge = ChargeFactory(caller=CallerFactory(account=desk.buyer, application=desk.app), return_url="")
    assert "You can close this window." in text_of(desk.browser.get(link(charge)))
    answer = press(desk.browser, charge, "accept")
    assert (answer.status_code, answer["Location"]) == (303, link(charge))
    text = text_of(desk.browser.get(answer["Location"]))
    assert "Accepted" in text
    assert "You can close this window." in text


def test_an_answer_does_not_lose_what_the_return_address_already_carried(desk):
    charge = ChargeFactory(
        caller=CallerFactory(account=desk.buyer, application=desk.app),
        return_url=f"{BACK}?order=7&empty=&order=8&id=evil&type=x#part",
    )
    answer = press(desk.browser, charge, "decline")
    assert (
        answer["Location"] == f"{BACK}?order=7&empty=&order=8&id={charge.public_id}&type=direct_charge#part"
    )
