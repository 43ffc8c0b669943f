"""Pages are drawn one after the other: threads that share one interpreter and draw together all come late together."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition
from time import monotonic

LONG = 0.5
"""Seconds after which a run that is not done holds up nobody: it works something out, or waits itself."""


class Turns:
    """One at a time, as long as none takes long."""

    def __init__(self, long: float = LONG) -> None:
        self._long = long
        self._changed = Condition()
        self._holder: object | None = None
        self._until = 0.0

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for the turn, and have it for ``long`` seconds at most; what is not done then goes on beside others."""
        mine = object()
        with self._changed:
            while self._holder is not None and (left := self._until - monotonic()) > 0:
                self._changed.wait(left)
            self._holder, self._until = mine, monotonic() + self._long
        try:
            yield
        finally:
            with self._changed:
                if self._holder is mine:
                    self._holder = None
                    self._changed.notify()


TURNS = Turns()
"""Of this server."""
