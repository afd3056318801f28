"""A web process dies in the middle of a request; who asks again under the same key gets the one effect."""

import json
import time

from charges.models import Charge, ChargeKind
from realfaults.arming import kill_at
from realfaults.load import LONG, sell_once
from realfaults.programs import BEAT, WEB, WORKER
from realfaults.stage import Stage, make_load

POINT = "refund.before_commit"
KEY_IS_FREE = 20.0  # Seconds: two, a new gunicorn process, and a busy machine.


def kill_web(stage: Stage) -> list[str]:
    """SIGKILL of the gunicorn process that refunds, before its commit."""
    load = make_load(stage)
    load.patience = LONG
    stage.start(WEB, faults=kill_at([POINT], kills_all=False))
    stage.start(WORKER, BEAT)
    sell_once(load)
    stage.wait(lambda: stage.count_collected() == 1, "the collection")
    path = f"/v3/direct_charge/livechat/{load.charges[0]}/refund"
    began = time.monotonic()
    load.send("POST", path, json.dumps({"amount": 50, "reason": "Broken"}), load.bearer("seller"))
    took = time.monotonic() - began
    stage.wait(lambda: stage.count("kind = 'refund' AND status = 'success'") == 1, "the refund")
    killed = (stage.folder / "fired" / POINT).exists()
    stage.note(f"one web process killed while it refunded; asked again, acknowledged after {took:.1f} s")
    refunds = Charge.objects.filter(kind=ChargeKind.REFUND).count()
    wrong = [] if killed and load.statuses["RemoteDisconnected"] else ["no web process was killed"]
    wrong += [] if took < KEY_IS_FREE else [f"the key was not free for {took:.0f} s"]
    return [*wrong, *([] if refunds == 1 else [f"{refunds} refunds"]), *stage.judge()]
