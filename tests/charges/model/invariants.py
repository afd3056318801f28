"""Rules of money that hold in every state, over the rows of ours and the captures of the processor."""

from types import SimpleNamespace

from tests.charges.model.vocabulary import ENDED_WITHOUT_MONEY, LIVE, Bounds, Db, Status


def find_fault(bounds: Bounds, w: SimpleNamespace) -> str:
    """Say which rule of money the rows and the processor break together; empty for none."""
    numbers = range(1, bounds.attempts + 1)
    rows = [getattr(w, f"db{n}") for n in numbers]
    captures = [getattr(w, f"captures{n}") for n in numbers]
    together = list(zip(rows, captures, strict=True))
    rules = {
        "captured twice": sum(captures) > 1,
        "captured, but recorded as without money": any(db in ENDED_WITHOUT_MONEY and c for db, c in together),
        "recorded as captured, but not": any(db == Db.SUCCEEDED and not c for db, c in together),
        "two live attempts": sum(db in LIVE for db in rows) > 1,
        "left to a person": Db.NEEDS_REVIEW in rows,
        "captured, but failed": w.status == Status.FAILED and any(captures),
        "success without a capture": w.status == Status.SUCCESS and Db.SUCCEEDED not in rows,
        "posted twice or not at all": w.posts != (w.status == Status.SUCCESS),
    }
    return next((name for name, is_broken in rules.items() if is_broken), "")
