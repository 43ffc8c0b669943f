"""How long work tells how far it is, and is told to stop."""

from typing import Protocol


class Progress(Protocol):
    """Called between steps with the stage (a catalogue key ``stage.<name>``) and the share done.

    An implementation may raise :class:`planner.errors.Cancelled`; work must be in a state
    where that loses nothing.
    """

    def __call__(self, stage: str, share: float) -> None: ...


def silent(stage: str, share: float) -> None:
    """A progress listener that ignores everything."""


def within(progress: Progress, start: float, end: float) -> Progress:
    """One step's share of the whole."""

    def listen(stage: str, share: float) -> None:
        progress(stage, start + (end - start) * min(1.0, share))

    return listen
