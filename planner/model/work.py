"""What comes back of work that others do. Kept apart and light: every worker loads it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Done:
    """What came of one item in a worker: small values only; what it took there, and the most memory (MiB) that the
    worker ever had."""

    value: object
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_mb: int = 0
    worker: int = 0


@dataclass(frozen=True)
class Failed:
    """Why nothing came of an item: a key and parameters of planner.errors."""

    key: str
    params: dict[str, object]


Came = Done | Failed
Beat = Callable[[], None]
"""Called every second or two while others work; whatever it raises stops them."""
