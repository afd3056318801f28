"""Beats start the periodic work: renewals, ends, tax papers, questions about disputes."""

from charges.disputes.ask import ask_about_open_disputes, ask_for_disputes
from invoicing.issue import issue_papers
from simulator.marketplace import Marketplace
from subscriptions.lifecycle.cancel import end_due_subscriptions
from subscriptions.renewal.renew import renew_due

A_FEW = 5


def tick(market: Marketplace) -> None:
    """Run one of the sweeps, renewals most of all."""
    market.draw.choice([_renew, _renew, _renew, end_due_subscriptions, issue_papers, _ask_for_disputes])()


def sweep_all() -> None:
    """Run all of them, as beats do within a few minutes."""
    for sweep in (_renew, end_due_subscriptions, _ask_for_disputes, ask_about_open_disputes, issue_papers):
        sweep()


def _renew() -> None:
    renew_due(limit=A_FEW)


def _ask_for_disputes() -> None:
    ask_for_disputes()
