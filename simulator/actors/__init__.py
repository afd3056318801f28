"""The actors of a history: each does, time and again, one thing that is open to it at that moment."""

from collections.abc import Callable

from simulator.actors.beats import tick
from simulator.actors.bookkeepers import keep_books
from simulator.actors.buyers import decide
from simulator.actors.deliveries import deliver
from simulator.actors.finance import approve_or_send
from simulator.actors.mails import write
from simulator.actors.processor_news import tell_or_act
from simulator.actors.resolvers import resolve
from simulator.actors.sellers import trade
from simulator.actors.workers import work
from simulator.marketplace import Marketplace

# With how often each has its turn.
ACTORS: dict[str, tuple[Callable[[Marketplace], object], int]] = {
    "seller": (trade, 4),
    "buyer": (decide, 4),
    "beat": (tick, 3),
    "worker": (work, 5),
    "resolver": (resolve, 5),
    "finance": (approve_or_send, 6),
    "processor": (tell_or_act, 3),
    "deliveries": (deliver, 3),
    "bookkeepers": (keep_books, 5),
    "mails": (write, 2),
}
