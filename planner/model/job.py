"""Long work that runs in a process of its own."""

from dataclasses import dataclass
from datetime import datetime, timedelta

SILENCE = timedelta(seconds=90)
"""A job that has not said that it lives for so long has died."""

STATES = ("queued", "running", "done", "failed", "cancelled")


@dataclass(frozen=True)
class Job:
    """A job row. ``stage`` is a catalogue key ``stage.<stage>``, ``share`` what is done of the whole (0..1).

    ``request`` is JSON; ``result`` the id of what was made; ``error_key`` and ``error_params`` tell why it
    failed; ``heartbeat`` is when its process last said that it lives.
    """

    id: str
    kind: str
    request: str
    state: str
    cancel_wanted: bool
    stage: str
    share: float
    result: str | None
    error_key: str | None
    error_params: dict[str, object]
    created_at: datetime
    created_by: str
    heartbeat: datetime

    @property
    def ended(self) -> bool:
        return self.state in ("done", "failed", "cancelled")
