"""Bugs in taking the buyers' money and in its schedule."""

from mutants.mutant import Mutant

COLLECTION = (
    Mutant(
        "a new key for each request",
        "charges.collection.sending",
        "            key=self.key,",
        "            key=f'{self.key}-{self.lease_ends.timestamp()}',",
    ),
    Mutant(
        "a time-out counts as not sent",
        "charges.collection.sending",
        "        return NoAnswer(repr(exc))",
        "        return NeverSent(repr(exc))",
    ),
    Mutant(
        "not found counts as failed",
        "charges.collection.resolve",
        "    elif answer.verdict == Verdict.NOT_FOUND and _may_send_again(attempt):",
        "    elif answer.verdict == Verdict.NOT_FOUND:\n"
        "        _settle_or_wait(attempt, Answer(Verdict.DECLINED, attempt.key, code='lost'))\n"
        "    elif answer.verdict == Verdict.NOT_FOUND and _may_send_again(attempt):",
        seed=250,  # It takes a request that arrives late, and no seed before has one that matters.
    ),
    Mutant(
        "no fence before the call",
        "charges.collection.sending",
        "    if clock.now() > attempt.lease_ends - CALL_BUDGET:",
        "    if False:",
        tests=("tests/charges/collection/test_crashes.py",),
    ),
    Mutant(
        "sent again after the key is forgotten",
        "charges.collection.resolve",
        "    return _is_wanted(attempt) and clock.now() - attempt.sent_at < half_life",
        "    return _is_wanted(attempt)",
        tests=("tests/charges/collection",),
    ),
    Mutant(
        "an attempt is stopped without asking the processor",
        "charges.collection.resolve",
        "        answer = open_gateway_for(attempt).cancel(_describe(attempt).movement)",
        "        return Stopped(message, attempt.gateway_reference or '', is_replaced)",
        tests=("tests/charges/collection/test_cancelling.py",),
    ),
    Mutant(
        "the resolver does not lock what it takes over",
        "charges.collection.resolve",
        "            attempt.extend_lease(LEASE)\n",
        "",
        tests=("tests/charges/collection",),
    ),
    Mutant(
        "an unknown attempt lets the charge be collected again",
        "charges.collection.outcomes",
        "    state = take_transition(row.attempt.state, Attempt.lose_track)\n"
        "    return Change(row.attempt._replace(state=state, message=message[:255], check_at=check_at))",
        "    gone = _resolve(row.attempt, Attempt.decline, check_at, message=message)\n"
        "    return Change(gone, ChargeMove(row.charge, row.charge._replace(collect_at=check_at)))",
    ),
    Mutant(
        "never sent, though a resolver was there before",
        "charges.collection.outcomes",
        "    if row.attempt.checks:\n        return unknown(",
        "    if False:\n        return unknown(",
        tests=("tests/charges/collection/test_crashes.py",),
    ),
    Mutant(
        "what contradicts the amount is believed",
        "charges.collection.contradictions",
        "    if (answer.key, answer.money) != (row.attempt.key, row.attempt.money):",
        "    if False:",
        tests=("tests/charges/collection",),
    ),
    Mutant(
        "a capture is not booked",
        "charges.collection.settle",
        "[change.posting for change in changes if change.posting]",
        "[]",
        seed=1,
        steps=1,
    ),
    Mutant(
        "a settled attempt is settled again",
        "charges.collection.outcomes",
        "    if row.attempt.state not in sources_of(find_move(outcome)):\n        return None\n",
        "",
    ),
    Mutant(
        "the subscription does not follow its payment",
        "charges.collection.settle",
        "        listener.apply([change.payment for change in changes if change.payment])",
        "        listener.apply([])",
        seed=1,
        steps=1,
    ),
    Mutant(
        "consent is not looked at",
        "charges.collection.single",
        "        if not has_consent(charge):",
        "        if False:",
        tests=("tests/charges/test_attempts_need_consent.py", "tests/charges/test_acceptances_end.py"),
    ),
    Mutant(
        "the next date is that of the month before",
        "subscriptions.schedule",
        "    day = anchor.day if anchor.day <= 28 else min(anchor.day, monthrange(year, month)[1])",
        "    day = min(anchor.day, 28)",
        tests=("tests/subscriptions/test_schedule.py",),
    ),
    Mutant(
        "a claimed period stays due",
        "subscriptions.renewal.claim",
        "            _advance(periods)\n",
        "",
        seed=1,
        steps=1,
    ),
    Mutant(
        "the commission is rounded down",
        "core.commission",
        "    return (total_minor * percent + 50) // 100",
        "    return total_minor * percent // 100",
        tests=("tests/core/test_commission.py",),
    ),
    Mutant(
        "the commission is not given to the ledger",
        "charges.collection.outcome_postings",
        "        commission_minor=charge.commission_minor,",
        "        commission_minor=0,",
        seed=1,
        steps=1,
    ),
)
