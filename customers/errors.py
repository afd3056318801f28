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
