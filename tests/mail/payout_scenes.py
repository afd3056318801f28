"""Mails about where, how or when payouts are made."""

from customers.models import Organization
from mail.kinds import Kind
from mail.models import Mail
from operations.factories import PayoutAccountFactory, PayoutFactory, UserFactory
from payouts.directing import note_account, note_method
from payouts.schedule import set_schedule
from tests.mail.steps import find


def change_payouts(change) -> Mail:
    seller = Organization.objects.get(name="Ada's Apps")
    account = PayoutAccountFactory(organization=seller, currency="USD")
    kim = UserFactory(username="kim", staff=True)
    change(account, kim)
    return find(Kind.PAYOUT_SETTINGS)


def payout_settings(caller) -> Mail:
    return change_payouts(note_account)


def payout_method_changed(caller) -> Mail:
    return change_payouts(lambda account, kim: note_method(PayoutFactory(account=account), kim))


def payouts_monthly(caller) -> Mail:
    return change_payouts(
        lambda account, kim: set_schedule(account.pk, is_active=True, user=kim, reason="Wanted.")
    )


def payouts_not_monthly(caller) -> Mail:
    return change_payouts(
        lambda account, kim: set_schedule(account.pk, is_active=False, user=kim, reason="Not wanted.")
    )
