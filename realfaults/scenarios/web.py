"""A web process dies in the middle of a request; who asks again under the same key gets the one effect."""

import json

from charges.models import Charge, ChargeKind
from realfaults.arming import kill_at
from realfaults.load import LONG, sell_once
from realfaults.programs import BEAT, WEB, WORKER
from realfaults.stage import Stage, make_load

POINT = "refund.before_commit"


def kill_web(stage: Stage) -> list[str]:
    """SIGKILL of the gunicorn process that refunds, before its commit."""
    load = make_load(stage)
    load.patience = LONG
    stage.start(WEB, faults=kill_at([POINT], kills_all=False))
    stage.start(WORKER, BEAT)
    sell_once(load)
    stage.wait(lambda: stage.count_collected() == 1, "the collection")
    path = f"/v3/direct_charge/livechat/{load.charges[0]}/refund"
    load.send("POST", path, json.dumps({"amount": 50, "reason": "Broken"}), load.bearer("seller"))
    stage.wait(lambda: stage.count("kind = 'refund' AND status = 'success'") == 1, "the refund")
    killed = (stage.folder / "fired" / POINT).exists()
    stage.note("one web process killed while it refunded; asked again, one refund")
    refunds = Charge.objects.filter(kind=ChargeKind.REFUND).count()
    wrong = [] if killed and load.statuses["RemoteDisconnected"] else ["no web process was killed"]
    return [*wrong, *([] if refunds == 1 else [f"{refunds} refunds"]), *stage.judge()]
