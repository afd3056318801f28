"""Staff see what became of mails, and have them sent again."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from mail.blocking import block_address, is_blocked
from mail.models import BlockedAddress, BlockReason, Mail
from mail.outcomes import NotTaken, Sent
from mail.queue import take_next
from mail.record import record_outcome
from operations.factories import UserFactory
from tests.backoffice.forms import list_acts
from tests.mail.steps import fetch, queue_some

pytestmark = pytest.mark.django_db
ADDRESS, NASTY = "kim@marketplace.example", "<script>alert(1)</script>"


def address(row, page="change"):
    name = f"admin:mail_{row._meta.model_name}_{page}"
    return reverse(name, args=[] if page == "changelist" else [row.pk])


def act(staff, row, name, **said):
    return staff.post(f"{address(row).removesuffix('change/')}{name}/", {"reason": "Asked to"} | said)


def finish(mail: Mail, outcome) -> Mail:
    record_outcome(take_next(), outcome)
    return fetch(mail)


@pytest.fixture
def sent():
    [mail] = queue_some()
    return finish(mail, Sent("made-up-id"))


def test_a_mail_shows_how_far_it_has_come_and_none_of_its_words(staff, sent):
    page = staff.get(address(sent)).content.decode()
    assert "Sent" in page
    assert "made-up-id" in page
    assert "Something needs attention" in staff.get(address(sent, "changelist")).content.decode()


def test_what_a_server_said_is_shown_as_it_is(staff):
    [mail] = queue_some()
    failed = finish(mail, NotTaken(NASTY, is_final=True))
    page = staff.get(address(failed)).content.decode()
    assert NASTY not in page
    assert "&lt;script&gt;" in page
    given_up = staff.get(f"{address(failed, 'changelist')}?outcome=failed").content.decode()
    assert ADDRESS in given_up
    assert ADDRESS not in staff.get(f"{address(failed, 'changelist')}?outcome=waiting").content.decode()


def test_a_mail_is_found_by_address_and_by_what_it_is_about(staff, sent):
    for term, found in (
        (ADDRESS.upper(), True),
        (str(sent.object_id), True),
        ("nobody@buyer.example", False),
    ):
        page = staff.get(f"{address(sent, 'changelist')}?q={term}").content.decode()
        assert (f">{ADDRESS}<" in page) == found, term


def test_a_mail_is_sent_again_with_a_reason_under_another_id(staff, sent):
    assert act(staff, sent, "resend").status_code == 302
    again = fetch(sent)
    assert (again.name_status(), again.resends, again.tries) == ("waiting", 1, 1)
    assert "Asked to" in list_acts().get().get_change_message()
    assert act(staff, sent, "resend").status_code == 302
    assert fetch(sent).resends == 1  # It is on its way.


def test_an_address_is_mailed_again(staff):
    block_address(ADDRESS, reason=BlockReason.BOUNCED, detail=NASTY)
    blocked = BlockedAddress.objects.get()
    assert NASTY not in staff.get(address(blocked)).content.decode()
    assert act(staff, blocked, "unblock").status_code == 302
    assert not is_blocked(ADDRESS)
    assert "lifted" in staff.get(address(blocked, "changelist")).content.decode().lower()


def test_who_may_only_look_changes_nothing(sent):
    block_address(ADDRESS, reason=BlockReason.BOUNCED)
    person = UserFactory(staff=True)
    person.user_permissions.set(Permission.objects.filter(codename__in=("view_mail", "view_blockedaddress")))
    browser = Client()
    browser.force_login(person)
    assert browser.get(address(sent)).status_code == 200
    assert act(browser, sent, "resend").status_code == 403
    assert act(browser, BlockedAddress.objects.get(), "unblock").status_code == 403
    assert (fetch(sent).name_status(), is_blocked(ADDRESS)) == ("sent", True)


def test_the_first_page_tells_of_mails_that_nobody_sends(staff):
    queue_some()
    Mail.objects.update(due_at="2026-01-01T00:00:00Z")
    page = staff.get("/admin/").content.decode()
    assert "Mails that nobody sends" in page
    assert "Mails given up in the last 7 days" in page
