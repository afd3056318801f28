"""Bugs in giving money back and in paying sellers."""

from mutants.mutant import Mutant

MONEY_OUT = (
    Mutant(
        "a refund may be larger than what is left",
        "charges.refunds.make",
        "    if amount_minor is not None and not 1 <= amount_minor <= left:",
        "    if False:",
        tests=("tests/charges/refunds",),
    ),
    Mutant(
        "refunds under way do not count",
        "charges.refunds.make",
        "    refunds = charge.refunds.exclude(status=ChargeStatus.FAILED).aggregate(sum=",
        "    refunds = charge.refunds.filter(status=ChargeStatus.SUCCESS).aggregate(sum=",
        tests=("tests/charges/refunds",),
    ),
    Mutant(
        "the commission of each refund is rounded for itself",
        "charges.refunds.make",
        "    share = round_commission(refunded_minor + amount_minor, percent) - returned_minor",
        "    share = round_commission(amount_minor, percent)",
        tests=("tests/charges/refunds",),
    ),
    Mutant(
        "a refund is booked as a sale",
        "charges.collection.outcomes",
        "    ChargeKind.REFUND: postings.refund,",
        "    ChargeKind.REFUND: postings.sale,",
        seed=2,
        steps=58,
    ),
    Mutant(
        "a payout is sent under a new key each time",
        "payouts.sending.transfer",
        "        key=payout.key,",
        "        key=f'{payout.key}-{payout.checks}',",
    ),
    Mutant(
        "a payout without an answer is returned",
        "payouts.sending.transfer",
        "        _wait(payout)\n        return None",
        "        return_payout(payout.pk, actor=ACTOR, reason='No answer.')\n        return None",
    ),
    Mutant(
        "no fence before a transfer",
        "payouts.sending.transfer",
        "    if payout.check_at is None or clock.now() > payout.check_at - CALL_BUDGET:",
        "    if False:",
        tests=("tests/payouts/test_transfers.py",),
    ),
    Mutant(
        "a payout is settled twice",
        "payouts.sending.paid_or_returned",
        "    if payout.status == PayoutStatus.SETTLED:\n        return payout\n",
        "",
        tests=("tests/payouts",),
    ),
    Mutant(
        "a returned payout is not given back to the seller",
        "payouts.sending.paid_or_returned",
        "message=reason), actor=actor, reason=reason)\n    release_sum(payout)",
        "message=reason), actor=actor, reason=reason)",
        tests=("tests/payouts",),
    ),
    Mutant(
        "the sum of a payout is not locked when it is asked for",
        "payouts.request",
        "    _lock_sum(payout)\n",
        "    save_new(payout)\n",
        tests=("tests/payouts",),
    ),
    Mutant(
        "young sales can be paid out",
        "payouts.available",
        "        return self.owed_minor - self.held_minor - self.leaving_minor - self.disputed_minor",
        "        return self.owed_minor - self.leaving_minor - self.disputed_minor",
        tests=("tests/payouts",),
    ),
    Mutant(
        "the requester may approve",
        "approvals.four_eyes",
        "    if locked.requested_by_id == decided_by.pk:",
        "    if False:",
        tests=("tests/approvals",),
    ),
    Mutant(
        "what was changed after the request is approved",
        "approvals.four_eyes",
        "    if hash_terms(write_terms(terms)) != approval.fingerprint:",
        "    if False:",
        tests=("tests/approvals",),
    ),
)
