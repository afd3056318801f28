"""An address whose mails bounce gets no more, and nobody is mailed about that."""

import pytest

from core.errors import BillingError
from mail.blocking import block_address, is_blocked, unblock_address
from mail.models import BlockedAddress, BlockReason, Mail
from mail.send import find_reason_to_withhold, send_due
from tests.mail.steps import fetch, queue_some

ADDRESS = "kim@marketplace.example"


@pytest.mark.django_db(transaction=True)
def test_nothing_is_sent_to_it_and_no_mail_is_made_of_it(mailoutbox):
    [mail] = queue_some(to="Kim@Marketplace.example")
    block_address("KIM@marketplace.example", reason=BlockReason.BOUNCED, detail="550 nobody here")
    send_due()
    assert mailoutbox == []
    assert (fetch(mail).name_status(), fetch(mail).withheld) == ("withheld", "blocked")
    assert Mail.objects.count() == 1


@pytest.mark.django_db
def test_staff_can_have_it_mailed_again_and_it_can_bounce_again():
    block_address(ADDRESS, reason=BlockReason.BOUNCED)
    block_address(ADDRESS, reason=BlockReason.COMPLAINED)
    blocked = BlockedAddress.objects.get()
    assert blocked.reason == "bounced"
    unblock_address(blocked.pk)
    assert not is_blocked(ADDRESS)
    with pytest.raises(BillingError):
        unblock_address(blocked.pk)
    block_address(ADDRESS, reason=BlockReason.COMPLAINED)
    assert (BlockedAddress.objects.get().reason, is_blocked(ADDRESS)) == ("complained", True)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["", "  ", "a" * 300 + "@b.example", "a\0@b.example"])
def test_what_is_no_address_is_ignored(address):
    block_address(address, reason=BlockReason.BOUNCED, detail="\0" * 300)
    assert not BlockedAddress.objects.exists()
    [mail] = queue_some()
    assert find_reason_to_withhold(mail) is None
