"""The tree of errors. Each carries a key and parameters, never a finished sentence.

The catalogues in planner/i18n hold, per key, one text that says what was wrong, where, what came,
what is allowed and what to do. Exit codes: 2 = the input must be mended, 3 = the input is sound
but asks for something that cannot be, 4 = this installation is not in order.
"""

from typing import ClassVar


class PlannerError(Exception):
    """Base of all errors that a person is meant to read.

    ``key`` names the text in the catalogues (``error.<key>``); ``params`` fill it in.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, key: str, **params: object) -> None:
        super().__init__(key, params)
        self.key = key
        self.params = params

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        return f"{self.key}({told})"


class InputError(PlannerError):
    """What came in must be mended before it can be used."""

    exit_code = 2


class FileUnreadable(InputError):
    """A file is empty, of another kind than its name says, or damaged."""


class RegisterError(InputError):
    """A register was read but is not one that can be used (no case number, no address, ...)."""


class RegionError(InputError):
    """Region facts are missing or contradict each other."""


class PolicyError(InputError):
    """A weight, threshold or minute in a policy is unknown or out of range."""


class RequestError(InputError):
    """A request names something that does not exist or is out of range."""


class Impossible(PlannerError):
    """The input is sound, but no answer exists (a week with no working day, a squad of one)."""

    exit_code = 3


class PlanRefused(PlannerError):
    """The independent checker found violations in a plan; it is not stored."""

    exit_code = 3


class Cancelled(PlannerError):
    """Somebody cancelled the work; nothing was stored."""

    exit_code = 3


class Overtaken(PlannerError):
    """Somebody else changed the same data meanwhile; nothing was stored."""

    exit_code = 3


class Denied(PlannerError):
    """The actor may not do this."""

    exit_code = 3


class DeploymentError(PlannerError):
    """This installation is not in order (database unreachable, schema too old, folder missing)."""

    exit_code = 4
