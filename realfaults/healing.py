"""What scenarios under load share: let people work, heal, and look for everything that was acknowledged."""

import time
from collections.abc import Sequence

from charges.models import Charge
from realfaults.judging import find_lost, find_made_twice, find_unbilled
from realfaults.load import Load, sell_once, subscribe
from realfaults.programs import WEB, WORKER
from realfaults.stage import DidNotHappen, Stage
from subscriptions.models import Subscription

STORIES = [sell_once, subscribe]
BETWEEN = 1.0  # Seconds of work, at least, before the next kill.
PATIENCE = 60.0


def work_on(load: Load, *, effects: int = 1) -> None:
    """Let people work for a while, and until something more is acknowledged. Raises DidNotHappen."""
    enough, began = load.count_effects() + effects, time.monotonic()
    while load.count_effects() < enough or time.monotonic() - began < BETWEEN:
        if time.monotonic() - began > PATIENCE:
            raise DidNotHappen(f"nothing was acknowledged for {PATIENCE:.0f} s")
        time.sleep(0.05)


def note_load(stage: Stage, load: Load, what: str) -> None:
    """Note what was acknowledged, beside something else."""
    told = ", ".join(f"{count} {name}" for name, count in sorted(load.statuses.items()))
    effects = f"{len(load.charges)} charges and {len(load.subscriptions)} subscriptions acknowledged"
    stage.note(f"{what}; {effects} ({told})")


def heal_and_judge(stage: Stage, load: Load, *, subscriptions: Sequence[int] = ()) -> list[str]:
    """Let everything live on after the leases, sweep twice, and look for what was acknowledged.

    `subscriptions` are the keys of others that have to have one paid period by now.
    """
    stage.pass_time()
    stage.start(WEB, WORKER)
    left = len(load.unanswered)
    late = [str(answer.body["id"]) for answer in load.ask_again() if "id" in answer.body]
    stage.note(f"{left} requests asked again")
    stage.sweep()
    stage.sweep()
    acknowledged = [*load.charges, *load.subscriptions, *late]
    stage.due = _find_keys(Charge, load.charges)
    wrong = [] if load.count_effects() >= 5 else ["hardly anything was acknowledged"]
    wrong += [*load.troubles, *find_lost(acknowledged), *find_made_twice()]
    billed = [*_find_keys(Subscription, load.subscriptions), *subscriptions]
    return [*wrong, *find_unbilled(billed, periods=1), *stage.judge()]


def _find_keys(model: type[Charge] | type[Subscription], public_ids: list[str]) -> list[int]:
    return list(model.objects.filter(public_id__in=public_ids).values_list("pk", flat=True))
