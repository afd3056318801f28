"""What each kind of mail says; write them with the recipient's language and time zone active."""

from collections.abc import Callable, Mapping

from mail.contents import endings, people, purchases, sellers, staff, subscriptions
from mail.contents.parts import Content
from mail.kinds import Kind
from mail.models import Mail

CONTENTS: Mapping[str, Callable[[Mail], Content | None]] = {
    Kind.RECEIPT: purchases.write_receipt,
    Kind.PAYMENT_FAILED: purchases.write_failure,
    Kind.CONFIRM_PAYMENT: purchases.write_confirmation,
    Kind.REFUNDED: purchases.write_refund,
    Kind.TRIAL_ENDS: subscriptions.write_trial_end,
    Kind.CARD_EXPIRES: subscriptions.write_card_expiry,
    Kind.SUBSCRIPTION_FROZEN: subscriptions.write_subscription,
    Kind.SUBSCRIPTION_ENDING: endings.write_ending,
    Kind.SUBSCRIPTION_KEPT: endings.write_kept,
    Kind.SUBSCRIPTION_CANCELLED: endings.write_cancelled,
    Kind.SUBSCRIPTION_ENDED: subscriptions.write_subscription,
    Kind.FIRST_SALE: sellers.write_first_sale,
    Kind.ENDPOINT_FAILING: sellers.write_endpoint_failing,
    Kind.ENDPOINT_DISABLED: sellers.write_endpoint_disabled,
    Kind.DISPUTE_OPENED: sellers.write_dispute,
    Kind.DISPUTE_WON: sellers.write_dispute,
    Kind.DISPUTE_LOST: sellers.write_dispute,
    Kind.PAYOUT_PAID: sellers.write_payout,
    Kind.PAYOUT_RETURNED: sellers.write_payout,
    Kind.PAYOUT_SETTINGS: sellers.write_payout_settings,
    Kind.SIGN_UP: people.write_sign_up,
    Kind.SIGN_UP_DECIDED: people.write_sign_up_decision,
    Kind.INVITATION: people.write_invitation,
    Kind.APPLICATION_DECIDED: people.write_application_decision,
    Kind.STAFF_DIGEST: staff.write_digest,
}


def write_content(mail: Mail) -> Content | None:
    """Return what a mail says, None when that is no longer true."""
    return CONTENTS[mail.kind](mail)
