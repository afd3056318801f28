"""Beats start the periodic work: renewals, ends, tax papers, questions about disputes."""

from charges.disputes.ask import ask_for_disputes
from invoicing.issue import issue_papers
from simulator.marketplace import Marketplace
from subscriptions.lifecycle.cancel import end_due_subscriptions
from subscriptions.renewal.renew import renew_due

A_FEW = 5


def tick(market: Marketplace) -> None:
    """Run one of the sweeps, renewals most of all."""
    market.draw.choice(
        [renew_some, renew_some, renew_some, end_due_subscriptions, issue_papers, ask_for_disputes]
    )()


def renew_some() -> int:
    """Renew a few subscriptions that are due and return how many."""
    return renew_due(limit=A_FEW)
