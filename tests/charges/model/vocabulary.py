"""The words of the model: what rows, processes and the processor can be like, and the bounds."""

from dataclasses import dataclass
from enum import IntEnum

ATTEMPTS = (1, 2)
RESOLVERS = (1, 2)

# One unit of long time is a quarter of the life of a key. Flights are of requests past their fence.
KEY_LIFE = 4
KEY_IS_FRESH = 2
FLIGHT = 2
PATIENCE = (2, 5)

NOW, MINUTES, HOURS = 0, 1, 2
# Who has a lease, or works: a sender, or a resolver by its number and 1.
NOBODY, BUYER, SENDER = 0, 0, 1
UNLIMITED = 7


class Db(IntEnum):
    """The state of an attempt's row."""

    ABSENT = 0
    SENDING = 1
    UNKNOWN = 2
    AWAITING_BUYER = 3
    SUCCEEDED = 4
    DECLINED = 5
    VOIDED = 6
    NEEDS_REVIEW = 7


WAITING = (Db.UNKNOWN, Db.AWAITING_BUYER)
OPEN = (Db.SENDING, Db.UNKNOWN, Db.AWAITING_BUYER)
LIVE = (*OPEN, Db.SUCCEEDED, Db.NEEDS_REVIEW)
ENDED_WITHOUT_MONEY = (Db.DECLINED, Db.VOIDED)


class Op(IntEnum):
    """What the processor knows of an attempt: by its key, or by the reference on its row."""

    NONE = 0
    PREPARED = 1
    PENDING = 2
    NEEDS_BUYER = 3
    CAPTURED = 4
    DECLINED = 5
    VOID = 6


class Status(IntEnum):
    """The state of the charge."""

    PROCESSED = 0
    SUCCESS = 1
    FAILED = 2


class Pc(IntEnum):
    """Where a process is; from HAS_APPROVED on it holds an answer that is not recorded yet."""

    IDLE = 0
    STARTING = 1
    PREPARED = 2
    READY = 3
    WAITING = 4
    ASKING = 5
    CANCELLING = 6
    PAGE_OPEN = 7
    HAS_APPROVED = 8
    HAS_DECLINED = 9
    HAS_NEEDS_BUYER = 10
    HAS_NOTHING = 11
    HAS_NOT_SENT = 12
    HAS_VOID = 13
    HAS_PENDING = 14
    HAS_REPLACED = 15
    CHECKED = 16
    HAS_REFUSED = 17


ANSWERS = {
    Op.PENDING: Pc.HAS_PENDING,
    Op.NEEDS_BUYER: Pc.HAS_NEEDS_BUYER,
    Op.CAPTURED: Pc.HAS_APPROVED,
    Op.DECLINED: Pc.HAS_DECLINED,
    Op.VOID: Pc.HAS_VOID,
}


@dataclass(frozen=True)
class Bounds:
    """How much of the world a run explores. `faults` may be UNLIMITED."""

    attempts: int
    resolvers: int
    faults: int
    prepares: bool
    patience: int
    retries: int = 1
    hints: bool = True
    gives_up: bool = True
    expires: bool = False

    @property
    def oldest(self) -> int:
        """The age after which nothing depends on the age any more."""
        return max(self.patience, KEY_IS_FRESH if self.prepares else KEY_LIFE)
