"""What workers are given to do in tests; it loads nothing, so that they come quickly."""

import os
import signal
from pathlib import Path


def twice(given: int) -> int:
    return 2 * given


def stumble(given: int) -> int:
    return 1 // (given - 3) + given


def die_once(given: tuple[int, str]) -> int:
    """Die the first time that a marked item comes."""
    number, marks = given
    mark = Path(marks) / str(number)
    if number == 2 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def die_always(given: int) -> int:
    if given == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return given
