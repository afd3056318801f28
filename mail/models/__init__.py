"""Mails, the addresses that get none, and how far the events have been read."""

from mail.models.addresses import BlockedAddress, BlockReason, Unsubscription
from mail.models.mails import Mail, Withheld
from mail.models.position import MailPosition

__all__ = ("BlockReason", "BlockedAddress", "Mail", "MailPosition", "Unsubscription", "Withheld")
