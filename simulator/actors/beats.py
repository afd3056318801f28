"""Beats start the periodic work: renewals, ends, tax papers, questions about disputes."""

from charges.disputes.ask import ask_about_open_disputes, ask_for_disputes
from invoicing.issue import issue_papers
from simulator.marketplace import Marketplace
from subscriptions.lifecycle.cancel import end_due_subscriptions
from subscriptions.renewal.renew import renew_due

A_FEW = 5


def tick(market: Marketplace) -> None:
    """Run one of the sweeps, renewals most of all."""
    market.draw.choice([_renew, _renew, _renew, end_due_subscriptions, issue_papers, ask_for_disputes])()


def sweep_all() -> int:
    """Run all of them, as beats do within a few minutes, and return how many rows were due."""
    ask_for_disputes()
    ask_about_open_disputes()
    return _renew() + end_due_subscriptions() + issue_papers()


def _renew() -> int:
    return renew_due(limit=A_FEW)
