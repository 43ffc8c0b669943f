"""百日攻坚: a campaign of several sweeps over weeks, the tasks of those who take part, and what it is to reach."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class CampaignSweep:
    """One week's sweep. ``week_start``: a Monday; ``townships``: codes."""

    week_start: date
    townships: tuple[str, ...]


@dataclass(frozen=True)
class Task:
    """What a cooperating unit (协作单位) does, and by when."""

    id: str
    unit: str
    what: str
    due: date
    done_on: date | None = None


@dataclass(frozen=True)
class Target:
    """What an indicator is to come to. ``indicator``: a code of planner.review.indicators; ``value``: a share."""

    indicator: str
    value: float
    by: date


@dataclass(frozen=True)
class Rules:
    """What a choice of townships keeps to.

    Attributes:
        townships: swept at a time.
        rest_weeks: at least, from one sweep of a township to its next.
        most: sweeps of one township.
        hot: a township whose P(among the hottest) is as high is swept at least once.
        left: share of what an unswept township would yield that one must still yield to be swept again.
    """

    townships: int
    rest_weeks: int = 4
    most: int = 2
    hot: float = 0.25
    left: float = 0.5


@dataclass(frozen=True)
class Promise:
    """Points that the stock model expected of the visits of all sweeps, when the campaign was proposed.

    ``greedy``: the best townships week by week under the same rules (None: that way breaks a rule before the end);
    ``hottest``: the same hottest townships each time; ``spread``: every squad-day spread evenly over all townships.
    ``bound``: no choice under these rules is worth more.
    """

    together: float
    bound: float
    greedy: float | None
    hottest: float
    spread: float


@dataclass(frozen=True)
class Campaign:
    """A campaign as it stands; a change is a new document of the same id.

    ``start``: a Monday. ``as_of``: the last day of the register it was proposed from. ``promise`` speaks of the sweeps
    as they were proposed.
    """

    id: str
    name: str
    start: date
    weeks: int
    sweeps: tuple[CampaignSweep, ...]
    rules: Rules
    promise: Promise
    as_of: date
    seed: int
    tasks: tuple[Task, ...] = ()
    targets: tuple[Target, ...] = ()

    @property
    def end(self) -> date:
        """Its last day, a Sunday."""
        return self.start + timedelta(weeks=self.weeks, days=-1)


@dataclass(frozen=True)
class Kept:
    """A campaign as it stands, and the number of that word: whoever changes it says which one he saw."""

    campaign: Campaign
    version: int
