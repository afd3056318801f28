"""Refusals about who someone is and what they may do."""

import math
from collections.abc import Sequence
from datetime import timedelta

from core.errors import BillingError, InvalidField


class NotAuthenticated(BillingError):
    """A valid access token is needed."""


class TooManyFailures(BillingError):
    """There were too many wrong passwords; try again later."""

    def __init__(self, *, retry_after: timedelta = timedelta(), is_locked: bool = False) -> None:
        super().__init__()
        self.retry_after = max(1, math.ceil(retry_after.total_seconds()))  # Seconds.
        self.is_locked = is_locked


class NotAuthorized(BillingError):
    """The access token does not allow this."""


class BillingRoleMissing(NotAuthorized):
    """Only an account with the billing role of its organisation may do this."""


class UnknownMerchant(BillingError):
    """There is no such merchant account, or this user does not reach it."""


class ApplicationNotInstalled(BillingError):
    """This application has no access to the organisation."""


class NoPaymentOption(BillingError):
    """The organisation has no payment option to charge."""


class CustomerNotFound(BillingError):
    """There is no such customer."""


class PaymentOptionNotFound(BillingError):
    """There is no such payment option."""


class CardInUse(BillingError):
    """The card is the only one of something that is running; add another one first, or cancel that."""

    def __init__(self, message: str = "", *, names: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.names = names


class CardEntryNotFound(BillingError):
    """There is no such card entry."""


class CardNotEntered(BillingError):
    """No card was entered yet."""


class CardEntryRefused(BillingError):
    """The payment processor does not take this card; enter another one."""


class CardEntryOver(CardEntryRefused):
    """This card entry is over at the payment processor; begin a new one."""


class CardIsTheSellers(BillingError):
    """A test buyer pays with the test card that its seller has chosen."""


class TooManyCardEntries(BillingError):
    """So many cards were begun and not entered that no more can be begun for an hour."""

    retry_after = 3_600  # Seconds.


class InvalidIdempotencyKey(InvalidField):
    """must be given once and be 1 to 255 visible ASCII characters, bare or quoted, and no card number"""

    def __init__(self) -> None:
        super().__init__("Idempotency-Key", str(self.__doc__))


class KeyReusedDifferently(BillingError):
    """This Idempotency-Key was used for a different request; use a new one."""


class KeyInProgress(BillingError):
    """A request with this Idempotency-Key is still being worked on; try again."""

    retry_after = 1  # Seconds; an answer mostly takes milliseconds.


class UnknownApiKey(BillingError):
    """A valid API key is needed."""


class RegistrationClosed(BillingError):
    """This server does not let companies register by themselves; ask its operator."""


class InvitationRefused(BillingError):
    """This server registers companies by invitation: pass one that is valid as the parameter invitation."""


class CustomerAlreadyDeleted(BillingError):
    """The customer was deleted before."""


class ApplicationNotApproved(NotAuthorized):
    """The application is in test mode: until the marketplace has approved it, ask with test: true."""


class ApplicationNotFound(BillingError):
    """There is no such application."""


class WrongReviewState(BillingError):
    """This can no longer be done to the application: its approval stands elsewhere now."""


class SubmissionChanged(BillingError):
    """The seller has changed the application since this page was opened; look at it again."""


class ApplicationIncomplete(BillingError):
    """An application needs a product and a redirect URI before it can be approved."""


class ReviewedAlready(BillingError):
    """Name, products and scopes are what the marketplace approves; they cannot be changed now."""


class TooManyApplications(BillingError):
    """The organisation has as many applications as it may have; ask the marketplace for more."""


class SecretRotatedMeanwhile(BillingError):
    """The secret was replaced by somebody else a moment ago; nothing was done."""


class SignUpClosed(BillingError):
    """Nobody can sign up by themselves here; ask the marketplace."""


class SignUpNotFound(BillingError):
    """There is no such sign-up, or its link has ended."""


class SignUpDecided(BillingError):
    """This sign-up was decided before."""


class AddressTaken(BillingError):
    """There is an account with this e-mail already."""


class InvitationNotFound(BillingError):
    """There is no such invitation, or its link has ended."""


class InvitedAlready(BillingError):
    """This address is a member, or has an invitation that is open."""


class TooManyInvitations(BillingError):
    """As many invitations are open as may be; take one back first."""


class MemberNotFound(BillingError):
    """There is no such member."""


class OwnerMissing(NotAuthorized):
    """Only an owner of the organisation may do this."""


class LastOwner(BillingError):
    """An organisation keeps an owner: make somebody else an owner first."""
