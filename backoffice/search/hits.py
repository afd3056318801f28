"""How one row that was found is shown: what it is, where it stands, who and when."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Model
from django.urls import reverse

from backoffice.charge_presenters import describe_status, name_payer
from backoffice.columns import write_day
from backoffice.requesters import name_requester
from backoffice.subscription_presenters import describe_price
from charges.models import Attempt, Charge, Dispute
from core.billy_guids import CUSTOMER, write_guid
from core.money import Money
from customers.models import Account, Application, Customer, Merchant, Organization, PaymentOption
from events.models import Event
from invoicing.models import TaxPaper
from ledger.models import CustomerTransaction, LedgerTransaction
from mail.models import Mail
from payouts.models import Payout, PayoutAccount
from request_log.models import LoggedRequest
from subscriptions.models import Plan, Subscription
from webhooks.models import Endpoint


class Hit(NamedTuple):
    """One line of the results."""

    title: str
    address: str
    status: str = ""
    who: str = ""
    when: str = ""
    test: bool = False


def show_charge(charge: Charge) -> Hit:
    """Show the amount, what for, who pays whose app."""
    who = name_payer(charge)
    return _show(
        charge,
        f"{charge.total}, {charge.name}",
        describe_status(charge),
        f"{who}, {charge.order_application.name}" if charge.order_application else who,
        charge.created_at,
        test=charge.test,
    )


def show_subscription(subscription: Subscription) -> Hit:
    """Show what it costs, what for, and who pays."""
    return _show(
        subscription,
        f"{describe_price(subscription)}, {subscription.name}",
        subscription.get_status_display(),
        name_payer(subscription),
        subscription.created_at,
        test=subscription.test,
    )


def show_organization(organization: Organization) -> Hit:
    """Show the name and the licence."""
    role = "Operator" if organization.is_operator else ""
    return _show(
        organization, organization.name, role, f"licence {organization.license_id}", organization.created_at
    )


def show_account(account: Account) -> Hit:
    """Show the e-mail and the organisation."""
    role = "Billing role" if account.has_billing_role else ""
    return _show(account, account.email, role, account.organization.name, account.created_at)


def show_customer(customer: Customer) -> Hit:
    """Show what its merchant told us of it."""
    name = customer.full_name or customer.organization_name or customer.email
    title = name or write_guid(CUSTOMER, customer.public_id)
    return _show(customer, title, "", f"of {customer.merchant.organization}", customer.created_at)


def show_merchant(merchant: Merchant) -> Hit:
    """Show whose it is."""
    state = "" if merchant.is_active else "Switched off"
    number = f"account {merchant.account_number}"
    return _show(merchant, str(merchant.organization), state, number, merchant.created_at)


def show_plan(plan: Plan) -> Hit:
    """Show its name and whose it is."""
    state = "" if plan.is_active else "Switched off"
    return _show(plan, str(plan), state, f"of {plan.merchant.organization}", plan.created_at)


def show_receivable(row: CustomerTransaction) -> Hit:
    """Show what a customer owes or has paid."""
    title = f"{Money(row.amount_minor, row.currency)}, {row.get_type_display()}"
    who = row.customer.full_name or write_guid(CUSTOMER, row.customer.public_id)
    return _show(row, title, "", who, row.created_at)


def show_application(app: Application) -> Hit:
    """Show the name and the seller."""
    return _show(app, app.name, "" if app.is_active else "Switched off", app.organization.name, app.created)


def show_card(option: PaymentOption) -> Hit:
    """Show whose it is; its page is that of its owner."""
    owner = option.organization or option.customer
    state = "" if option.is_active else "Removed"
    return _show(owner, str(option).capitalize(), state, str(owner), option.created_at)


def show_paper(paper: TaxPaper) -> Hit:
    """Show the number and the total."""
    return _show(
        paper,
        f"{paper.name}, {paper.total}",
        paper.get_kind_display(),
        paper.buyer.name,
        paper.issued_at,
        test=not paper.livemode,
    )


def show_payout(payout: Payout) -> Hit:
    """Show the amount and the seller."""
    return _show(
        payout, str(payout.money), payout.get_status_display(), payout.organization.name, payout.created_at
    )


def show_payout_account(account: PayoutAccount) -> Hit:
    """Show where the money goes, without its number."""
    state = "Replaced" if account.replaced_at else ""
    return _show(account, str(account), state, str(account.organization), account.created_at)


def show_dispute(dispute: Dispute) -> Hit:
    """Show the amount and what is disputed."""
    return _show(
        dispute,
        f"{dispute.money}, {dispute.charge.name}",
        dispute.get_status_display(),
        dispute.gateway,
        dispute.opened_at,
        test=not dispute.livemode,
    )


def show_attempt(attempt: Attempt) -> Hit:
    """Show the amount and the processor."""
    return _show(
        attempt,
        str(attempt.money),
        attempt.get_state_display(),
        attempt.gateway,
        attempt.sent_at,
        test=not attempt.livemode,
    )


def show_transaction(transaction: LedgerTransaction) -> Hit:
    """Show what moved and why."""
    moved = sum(entry.amount_minor for entry in transaction.entries.all() if entry.amount_minor > 0)
    title = f"{Money(moved, transaction.currency)}, {transaction.get_kind_display()}"
    return _show(
        transaction, title, "", transaction.description, transaction.created_at, test=not transaction.livemode
    )


def show_approval(approval: Any) -> Hit:
    """Show the amount, what was asked for, who pays or is paid, and who asked; `told` is what it is about."""
    about = approval.told
    return _show(
        approval,
        f"{Money(approval.amount_minor, approval.currency)}, {about.what or approval.get_act_display()}",
        approval.get_status_display(),
        ", ".join(said for said in (about.who, f"asked for by {name_requester(approval)}") if said),
        approval.requested_at,
        test=not approval.livemode,
    )


def show_mail(mail: Mail) -> Hit:
    """Show what it is about and to whom."""
    status = "Sent" if mail.sent_at else "Given up" if mail.failed_at else "Not sent"
    return _show(mail, mail.get_kind_display(), status, mail.address, mail.created_at)


def show_event(event: Event) -> Hit:
    """Show what happened."""
    what = f"{event.get_object_type_display()} {event.object_id}"
    return _show(event, event.get_type_display(), "", what, event.occurred_at, test=not event.livemode)


def show_endpoint(endpoint: Endpoint) -> Hit:
    """Show where events go."""
    state = "Deleted" if endpoint.deleted_at else "Switched off" if endpoint.disabled_at else ""
    return _show(endpoint, endpoint.url, state, str(endpoint.application), endpoint.created_at)


def show_request(request: LoggedRequest) -> Hit:
    """Show what was asked and how it ended."""
    said = f"{request.method} {request.path}"
    return _show(request, said, str(request.status), request.refusal, request.created_at)


def _show(
    row: Model | None, title: str, status: str, who: str, at: datetime | None, *, test: bool = False
) -> Hit:
    return Hit(title, _address_of(row), status, who, write_day(at), test)


def _address_of(row: Model | None) -> str:
    if row is None:
        return ""
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
