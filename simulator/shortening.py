"""Finding the shortest beginning of a history that is wrong already."""

from simulator.history import Workplace


def shorten(seed: int, *, steps: int, workplace: Workplace) -> str:
    """Replay beginnings of a wrong history, and say how many steps are enough and how to replay it.

    A beginning that is wrong need not stay so, as healing mends some things; so this is a short one, not
    always the shortest.
    """
    right, wrong = 0, steps
    while wrong - right > 1:
        middle = (right + wrong) // 2
        if workplace.run_history(seed, steps=middle).violations:
            wrong = middle
        else:
            right = middle
    command = f"python -m simulator --histories 1 --seed {seed} --steps {wrong}"
    return f"seed {seed}: {wrong} steps are enough: {command}"
