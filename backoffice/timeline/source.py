"""What a source of lines is: a SELECT over one kind of row, with the permission to see it.

Each gives the same columns and at most %(limit)s rows: when, which source, what, a detail, who, the row that
it is of, an amount (cents) with its currency, and the kind of charge that it is about. What happened in one
instant is in the order of the sources, and of one source in that of its rows.
"""

from typing import NamedTuple

ATTEMPTS = "charges.view_attempt"
APPROVALS = "approvals.view_approval"
CHARGES = "charges.view_charge"
DISPUTES = "charges.view_dispute"
EVENTS = "webhooks.view_delivery"
LEDGER = "ledger.view_ledgertransaction"
MAILS = "mail.view_mail"
ORGANIZATIONS = "customers.view_organization"
PAPERS = "invoicing.view_taxpaper"
PAYOUTS = "payouts.view_payout"
REQUESTS = "request_log.view_loggedrequest"
SUBSCRIPTIONS = "subscriptions.view_subscription"
NO_ROW, NO_AMOUNT = "NULL::bigint", "NULL::bigint, '', ''"


class Source(NamedTuple):
    """One SELECT, and who may see its rows."""

    permission: str
    sql: str
