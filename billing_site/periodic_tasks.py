"""Periodic tasks: which run, and how often. Intervals are seconds."""

from typing import Any

from billing_site.settings_readers import Environment

SHORTEST_INTERVAL = 0.1
LONGEST_INTERVAL = 3600.0


def beat_schedule(env: Environment) -> dict[str, Any]:
    """Return the periodic tasks; a message that nobody took in time is dropped for the next one."""
    return {
        "collect due charges": {
            "task": "charges.tasks.collect_due",
            "schedule": _read_interval(env, "COLLECT_EVERY_SECONDS", default=2.0),
            "options": {"expires": 30},
        },
        "resolve unknown attempts": {
            "task": "charges.tasks.resolve_due",
            "schedule": _read_interval(env, "RESOLVE_EVERY_SECONDS", default=5.0),
            "options": {"expires": 60},
        },
        "renew subscriptions": {
            "task": "subscriptions.tasks.renew",
            "schedule": _read_interval(env, "RENEW_EVERY_SECONDS", default=2.0),
            "options": {"expires": 30},
        },
        "end subscriptions": {
            "task": "subscriptions.tasks.end_due",
            "schedule": _read_interval(env, "END_EVERY_SECONDS", default=60.0),
            "options": {"expires": 60},
        },
        "roll up balances": {
            "task": "ledger.tasks.roll_up",
            "schedule": _read_interval(env, "ROLL_UP_EVERY_SECONDS", default=5.0),
            "options": {"expires": 60},
        },
        "forget old keys and tokens": {
            "task": "access.tasks.purge",
            "schedule": 3_600.0,
            "options": {"expires": 3600},
        },
        "forget old tries of cards": {
            "task": "charges.tasks.purge",
            "schedule": 3_600.0,
            "options": {"expires": 3600},
        },
    }


def _read_interval(env: Environment, name: str, *, default: float) -> float:
    return env.read_seconds(name, default=default, minimum=SHORTEST_INTERVAL, maximum=LONGEST_INTERVAL)
