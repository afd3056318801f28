"""Bugs in tax papers, in events and their delivery, and in what a repeated request does."""

from mutants.mutant import Mutant

PAPERS_AND_EVENTS = (
    Mutant(
        "the position of issuing does not move",
        "invoicing.issue",
        "    position.save()\n",
        "",
        tests=("tests/invoicing",),
    ),
    Mutant(
        "no credit notes for refunds",
        "invoicing.issue",
        "    issued += write_papers(draft_credit_notes(refunds))\n",
        "",
        seed=2,
        steps=58,
    ),
    Mutant(
        "the position of an endpoint moves past what it was not sent",
        "webhooks.fan_out",
        "        deliver_to(endpoint, [*page, *read_overtaken(page)])",
        "        deliver_to(endpoint, page[:1])",
    ),
    Mutant(
        "a failed delivery is finished",
        "webhooks.record",
        "    delivery.due_at = None if wait is None else now + wait\n"
        "    delivery.dead_at = now if wait is None else None",
        "    delivery.due_at, delivery.dead_at = None, now",
    ),
    Mutant(
        "a taken delivery has no lease",
        "webhooks.queue",
        "SET due_at = %(until)s, lease_ends_at = %(until)s, tries = tries + 1",
        "SET due_at = NULL, lease_ends_at = %(until)s, tries = tries + 1",
    ),
    Mutant(
        "a charge's move is written without its event",
        "charges.history",
        "for event, move in zip(told, moves, strict=True) if event])",
        "for event, move in zip(told, moves, strict=True) if event and not event])",
        seed=1,
        steps=1,
    ),
    Mutant(
        "a repeated request is done again",
        "access.idempotency",
        "    if claim.status is not None:\n        return _replay(claim)\n",
        "",
        tests=("tests/access",),
    ),
)
