"""Policy: weights, thresholds and minutes. A copy is stored in every plan, so that it can be explained later."""

from dataclasses import dataclass, field

SPREADS = ("concentrate", "spread", "mixed")
"""How squads are laid over the county: massed on the hottest few, thin over all (撒胡椒面), or part and part."""


MARKET_RULES = ("avoid", "ignore")
"""What is done about a township's market day: no squad goes there, or nothing."""


@dataclass(frozen=True)
class ScorePolicy:
    """How townships are ranked."""

    half_life_weeks: float = 26.0  # of the exponentially weighted filing rate that the forecast starts from
    prior_weeks: float = 8.0  # weight of the county's rate x exposure there, in weeks of observation
    mix_cases: float = 100.0  # how firmly the forecast keeps to that start, in cases that would move it half-way
    mix_weeks: float = 104.0  # how far back the forecast looks for what would have told filings best
    unseen_change: float = 0.10  # standard deviation by which a township's rate may have moved unseen, share of it
    horizon_days: int = 28  # the forecast's period
    weight_filings: float = 0.45
    weight_worth: float = 0.35
    weight_livelihood: float = 0.10
    weight_backlog: float = 0.10
    draws: int = 4000  # of the forecast, for P(in top k)
    tie_probability: float = 0.80  # two neighbours in rank are called apart only above it
    explore_slots: int = 0  # places kept for the township whose rank is least sure
    cluster_min_cases: int = 12


@dataclass(frozen=True)
class WorthPolicy:
    """What a visit is worth. One point of prize stands for ``fen_per_point`` of expected recovery."""

    fen_per_point: int = 10_000
    cap_fen: int = 30_000_000  # owed money counts up to here (300,000 yuan), so that one case does not steer a week
    recovery_share: float = 0.12
    recovery_share_terminated: float = 0.05
    p_find: float = 0.45
    p_find_company: float = 0.60
    p_find_most: float = 0.90
    season_at_sea: float = 0.35
    season_ashore: float = 1.50
    hour_at_home: float = 1.30  # factor when a visit starts while people are home:
    home_until: int = 8 * 60  # before this minute of the day ...
    home_from: int = 18 * 60  # ... or from this one
    clue_fresh: float = 1.60  # on the day of the clue ...
    clue_half_life_days: float = 14.0  # ... falling back to 1 with this half-life
    clue_low_trust_days: int = 14  # a clue of low trust counts as if it were so much older
    age_floor: float = 0.60  # factor of a very old case
    age_half_life_days: float = 720.0
    place_village: float = 1.0  # factor by what the point stands for
    place_coordinates: float = 1.1
    place_township: float = 0.4
    livelihood_points: float = 20.0
    group_points: float = 10.0
    age_points_per_year: float = 2.0
    age_points_most: float = 10.0
    clue_points: float = 15.0


@dataclass(frozen=True)
class VisitPolicy:
    """How long a visit takes and when it may start, minutes."""

    minutes: int = 30
    minutes_company: int = 45
    minutes_search: int = 75
    minutes_per_extra_case: int = 5
    minutes_most: int = 180  # extra cases do not lengthen a visit beyond this, or it would fit in no half day
    company_open: int = 8 * 60 + 30
    company_close: int = 17 * 60


DAY, EARLY, LATE = "day", "early", "late"
"""The shifts."""


@dataclass(frozen=True)
class Shift:
    """Hours of work, minutes of the day, and the share of squad-days that keep them."""

    name: str
    start: int
    end: int
    share: float


@dataclass(frozen=True)
class DutyPolicy:
    """A squad's day, minutes of the day. The break is at noon: a supper on the late shift is not modelled."""

    start: int = 8 * 60
    end: int = 17 * 60
    early_start: int = 5 * 60  # a squad-day on the early shift works from here ...
    early_end: int = 14 * 60
    early_share: float = 0.0  # share of squad-days on the early shift
    late_start: int = 13 * 60 + 30  # a squad-day on the late shift likewise
    late_end: int = 22 * 60
    late_share: float = 0.0
    break_start: int = 11 * 60 + 45
    break_minutes: int = 60
    max_days_in_a_row: int = 5
    bailiff_lead_days: int = 3  # working days ahead by which bailiffs are asked for
    warn_before: int = 6 * 60  # a visit before or after is allowed, and said
    warn_after: int = 22 * 60

    @property
    def shifts(self) -> tuple[Shift, ...]:
        """The shifts in use; that of the day always is."""
        table = (
            Shift(EARLY, self.early_start, self.early_end, self.early_share),
            Shift(LATE, self.late_start, self.late_end, self.late_share),
        )
        others = tuple(shift for shift in table if shift.share > 0)
        return (Shift(DAY, self.start, self.end, 1 - sum(shift.share for shift in others)), *others)


@dataclass(frozen=True)
class TravelPolicy:
    speed_kmh: float = 35.0
    detour: float = 1.40  # road length / straight line, where no roads are known
    stop_minutes: int = 3  # parking and walking, added to each leg from one visit to the next
    road_metres: float = 1000.0  # a place farther from any known road counts as estimated
    lane_kmh: float = 15.0  # from a place to the nearest known road, up to that distance
    motorway_kmh: float = 90.0  # mean speeds over known roads, bends and junctions included, by class ...
    trunk_kmh: float = 60.0
    primary_kmh: float = 50.0
    secondary_kmh: float = 45.0
    tertiary_kmh: float = 40.0
    unclassified_kmh: float = 30.0
    residential_kmh: float = 25.0
    service_kmh: float = 15.0
    track_kmh: float = 10.0  # ... and never above a signed limit


@dataclass(frozen=True)
class SweepPolicy:
    """How squad-days are laid over townships."""

    spread: str = "concentrate"
    townships: int = 3  # k: how many are chosen
    min_squad_days: int = 8  # minimum mass in a chosen township
    mixed_share: float = 0.6  # of squad-days that a mixed sweep masses on the chosen townships
    squad_size_least: int = 2
    loan_prize_share: float = 0.02  # prize given up per squad-day worked outside the squad's jurisdiction
    change_points: float = 10.0  # points given up, in a replan, before one visit leaves its squad's day
    max_visits_a_day: int = 25
    villages_once: bool = True  # a squad does not come back to a village it left that day
    market_days: str = "avoid"  # nobody goes to a township on its market day, unless it has no other day


@dataclass(frozen=True)
class GazetteerPolicy:
    address_order: tuple[str, ...] = ("residence", "service", "domicile")
    queue_below: float = 0.80  # placings less sure than this wait for a person


@dataclass(frozen=True)
class UrgePolicy:
    """Which debtors a village contact may move to pay before a squad comes (督促履行)."""

    most_fen: int = 2_000_000  # owed in all (20,000 yuan)
    days: int = 10  # working days until the deadline
    again_after_days: int = 90


@dataclass(frozen=True)
class RewardPolicy:
    """Points for village contacts and grid workers who tell of debtors (制度+奖补)."""

    points_told: int = 1  # for a clue that did not turn out wrong
    points_useful: int = 4  # more, where it proved true or somebody was found by it
    yuan_per_band: int = 10_000  # of money that came in by it ...
    points_per_band: int = 1  # ... each full band earns
    most_bands: int = 10
    most_a_month: int = 40


@dataclass(frozen=True)
class Policy:
    score: ScorePolicy = field(default_factory=ScorePolicy)
    worth: WorthPolicy = field(default_factory=WorthPolicy)
    visit: VisitPolicy = field(default_factory=VisitPolicy)
    duty: DutyPolicy = field(default_factory=DutyPolicy)
    travel: TravelPolicy = field(default_factory=TravelPolicy)
    sweep: SweepPolicy = field(default_factory=SweepPolicy)
    gazetteer: GazetteerPolicy = field(default_factory=GazetteerPolicy)
    reward: RewardPolicy = field(default_factory=RewardPolicy)
    urge: UrgePolicy = field(default_factory=UrgePolicy)
