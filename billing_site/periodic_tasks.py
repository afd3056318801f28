"""Periodic tasks: which run, and how often. Intervals are seconds."""

from typing import Any

from billing_site.settings_readers import Environment

SHORTEST_INTERVAL = 0.1
LONGEST_INTERVAL = 3600.0
# Workers of their own take webhooks and mails: other people's servers may be slow.
MAIL = {"queue": "mail"}
ROUTES = {
    "webhooks.tasks.*": {"queue": "webhooks"},
    "mail.tasks.*": MAIL,
    "access.tasks.mail_link": MAIL,
    "access.tasks.mail_access_link": MAIL,
    "access.tasks.mail_member_invitation": MAIL,
    "access.tasks.mail_factor_changed": MAIL,
    "access.tasks.mail_password_changed": MAIL,
}


def beat_schedule(env: Environment) -> dict[str, Any]:
    """Return the periodic tasks; a message that nobody took in time is dropped for the next one."""
    collect = _read_interval(env, "COLLECT_EVERY_SECONDS", default=2.0)
    resolve = _read_interval(env, "RESOLVE_EVERY_SECONDS", default=5.0)
    renew = _read_interval(env, "RENEW_EVERY_SECONDS", default=2.0)
    end = _read_interval(env, "END_EVERY_SECONDS", default=60.0)
    deliver = _read_interval(env, "DELIVER_EVERY_SECONDS", default=1.0)
    mail = _read_interval(env, "MAIL_EVERY_SECONDS", default=2.0)
    issue = _read_interval(env, "INVOICE_EVERY_SECONDS", default=10.0)
    return _list_tasks_of_books(env) | {
        "collect due charges": _run("charges.tasks.collect_due", every=collect, expires=30),
        "resolve unknown attempts": _run("charges.tasks.resolve_due", every=resolve, expires=60),
        "act on events of processors": _run("charges.tasks.act_on_hints", every=10.0, expires=60),
        "find disputes": _run("charges.tasks.find_disputes", every=600.0, expires=600),
        "learn fees": _run("charges.tasks.learn_fees", every=60.0, expires=60),
        "forget old events": _run("charges.tasks.forget_hints", every=3_600.0, expires=3600),
        "forget removed cards": _run("charges.tasks.forget_cards", every=300.0, expires=300),
        "follow expiring cards": _run("charges.tasks.follow_cards", every=3_600.0, expires=3600),
        "renew subscriptions": _run("subscriptions.tasks.renew", every=renew, expires=30),
        "end subscriptions": _run("subscriptions.tasks.end_due", every=end, expires=60),
        "run clocks of test buyers": _run("testmode.tasks.run_due", every=10.0, expires=30),
        "issue invoices": _run("invoicing.tasks.issue", every=issue, expires=60),
        "send webhooks": _run("webhooks.tasks.deliver", every=deliver, expires=10),
        "forget old webhooks": _run("webhooks.tasks.purge", every=3_600.0, expires=3600),
        "send mails": _run("mail.tasks.send", every=mail, expires=30),
        "remind of what comes": _run("mail.tasks.look_ahead", every=3_600.0, expires=3600),
        "forget old mails": _run("mail.tasks.purge", every=3_600.0, expires=3600),
        "send approved payouts": _run("payouts.tasks.send_approved", every=10.0, expires=60),
        "ask about payouts": _run("payouts.tasks.ask_about_sent", every=10.0, expires=60),
        "request monthly payouts": _run("payouts.tasks.request_monthly", every=3_600.0, expires=3600),
        "forget old tries of cards": _run("charges.tasks.purge", every=3_600.0, expires=3600),
        "forget old requests": _run("request_log.tasks.purge", every=3_600.0, expires=3600),
        "forget old keys and tokens": _run("access.tasks.purge", every=3_600.0, expires=3600),
    }


def _list_tasks_of_books(env: Environment) -> dict[str, Any]:
    roll_up = _read_interval(env, "ROLL_UP_EVERY_SECONDS", default=5.0)
    return {
        "roll up balances": _run("ledger.tasks.roll_up", every=roll_up, expires=60),
        "sum up entries": _run("ledger.tasks.sum_up", every=60.0, expires=60),
        "close days": _run("ledger.tasks.close_days", every=60.0, expires=60),
        "look at invariants": _run("operations.tasks.look", every=60.0, expires=60),
        "prepare months": _run("bookkeeping.tasks.prepare_months", every=3_600.0, expires=3600),
        "close months": _run("bookkeeping.tasks.close_months", every=60.0, expires=60),
        "count figures": _run("bookkeeping.tasks.count_figures", every=15.0, expires=60),
    }


def _run(task: str, *, every: float, expires: int) -> dict[str, Any]:
    return {"task": task, "schedule": every, "options": {"expires": expires}}


def _read_interval(env: Environment, name: str, *, default: float) -> float:
    return env.read_seconds(name, default=default, minimum=SHORTEST_INTERVAL, maximum=LONGEST_INTERVAL)
