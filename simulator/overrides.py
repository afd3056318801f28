"""What a simulation sets otherwise than `make run` does, for its own programs and for its tests."""

OVERRIDES = {
    "GATEWAYS": {"sandbox": "simulator.processor.UnreliableSandbox"},
    "LIVE_GATEWAY": "sandbox",
    # One call at a time: who comes next is drawn, so that a seed makes the same history again.
    "GATEWAY_CALLS_AT_ONCE": 1,
    "PAYOUT_HOLD_DAYS": 1,
    "PAYOUT_NEW_ACCOUNT_DAYS": 0,
    "PAYOUT_MINIMUM": 1,
    "REQUEST_LOG_DAYS": 0,
    "EMAIL_BACKEND": "simulator.mail_server.UnreliableMail",
}
