"""Send malformed requests, one after the other, and collect what is wrong with the answers."""

import itertools
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from time import monotonic, process_time
from urllib.parse import unquote

from billing_site.wsgi import application
from tests.hostile.asking import Answer, Asked, insert_ids, send
from tests.hostile.marketplace import Marketplace
from tests.hostile.shapes import find_fault
from tests.hostile.watching import FaultLog, Rows

TOO_SLOW = 1.0  # Seconds.
BATCH = 500  # Requests, after which there are new charges and log-ins.


@dataclass
class Siege:
    """What was asked of the server, and what it did wrong."""

    market: Marketplace
    log: FaultLog
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    guilty: list[Asked] = field(default_factory=list)
    slowest: float = 0.0
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    def __post_init__(self) -> None:
        self.server = application
        self.addresses = (f"2001:db8:{n % 65536:x}:{n // 65536:x}::1" for n in itertools.count(1))
        self.rows = Rows()

    def ask(self, asked: Asked) -> Answer:
        """Send a request from an address of its own, as limits count by address."""
        return send(self.server, asked, self.market.pools, self.market.callers, next(self.addresses))

    def run(self, requests: Iterable[tuple[str, Asked]]) -> None:
        """Send them, each with the name of its door, and take the time, without that of making new rows."""
        for number, (door, asked) in enumerate(requests):
            if number and number % BATCH == 0:
                self.market.renew()
                self.rows.find_changes()
            begun = monotonic(), process_time()
            self.judge(door, asked)
            self.seconds += monotonic() - begun[0]
            self.cpu_seconds += process_time() - begun[1]

    def judge(self, door: str, asked: Asked) -> None:
        """Send one and look at the answer, the log and the rows."""
        answer = self.ask(asked)
        self.statuses[door, answer.status] += 1
        path = unquote(insert_ids(asked.path, self.market.pools).partition("?")[0], errors="replace")
        changed, logged = self.rows.find_changes(), "\n".join(self.log.take())
        wrong = {
            "status": f"is {answer.status}" if answer.status >= 500 and path != "/readyz" else "",
            "shape": find_fault(asked, path, answer),
            "log": logged[-1500:] if path != "/readyz" else "",
            "rows": f"changed {sorted(changed)} though {answer.status}"
            if answer.status >= 400 and changed
            else "",
            "time": self.time_again(asked) if answer.seconds > TOO_SLOW else "",
        }
        self.slowest = max(self.slowest, answer.seconds)
        if any(wrong.values()):
            said = ", ".join(f"{name} {fault}" for name, fault in wrong.items() if fault)
            self.guilty.append(asked)
            self.faults.append(
                f"{asked.method} {asked.path[:150]} ({asked.why}) {said} {answer.body[:200]!r}"
            )

    def time_again(self, asked: Asked) -> str:
        """Say how slow an answer is when nothing else takes the time: the best of three."""
        best = min(self.ask(asked).seconds for _ in range(3))
        self.log.take()
        self.rows.find_changes()
        return f"took {best:.1f} s" if best > TOO_SLOW else ""
