"""What an engine is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from planner.routing.course import Course

Tours = tuple[tuple[int, ...], ...]
"""One for each route of the course: its visits in order."""


@dataclass(frozen=True)
class Deadline:
    """An engine stops when the ``clock`` (seconds that only grow) says ``at``."""

    clock: Callable[[], float]
    at: float

    def passed(self) -> bool:
        return self.clock() >= self.at

    def seconds_left(self) -> float:
        return max(0.0, self.at - self.clock())


class Engine(Protocol):
    def __call__(self, course: Course, deadline: Deadline, seed: int) -> Tours:
        """Routes that hold, all rules of the course counted, with nothing left out that still fits.

        Raises:
            Impossible: the engine is not installed (engine_missing).
        """
