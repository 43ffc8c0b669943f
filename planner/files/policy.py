"""Policies: read from TOML, checked, and written as stable JSON that a plan keeps."""

import dataclasses
import hashlib
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_type_hints

from planner.errors import PolicyError
from planner.model.case import ADDRESS_KINDS
from planner.model.policy import MARKET_RULES, SPREADS, Policy
from planner.model.road import ROAD_CLASSES
from planner.model.units import MINUTES_PER_DAY, minute_of

CLOCKS = (
    "worth.home_until",
    "worth.home_from",
    "visit.company_open",
    "visit.company_close",
    "duty.start",
    "duty.end",
    "duty.early_start",
    "duty.early_end",
    "duty.late_start",
    "duty.late_end",
    "duty.break_start",
    "duty.warn_before",
    "duty.warn_after",
)
"""Keys that hold a minute of the day and may be written HH:MM."""

ANY_POINTS = (0.0, 1e6)
SHARE = (0.0, 1.0)
FACTOR = (0.0, 10.0)
RANGES: dict[str, tuple[float, float]] = {
    "score.half_life_weeks": (1, 520),
    "score.prior_weeks": (0, 520),
    "score.mix_cases": (1, 1_000_000),
    "score.mix_weeks": (4, 1040),
    "score.unseen_change": SHARE,
    "score.horizon_days": (1, 366),
    "score.weight_filings": SHARE,
    "score.weight_worth": SHARE,
    "score.weight_livelihood": SHARE,
    "score.weight_backlog": SHARE,
    "score.draws": (100, 1_000_000),
    "score.tie_probability": (0.5, 1.0),
    "score.explore_slots": (0, 100),
    "score.cluster_min_cases": (2, 100_000),
    "worth.fen_per_point": (1, 1e9),
    "worth.cap_fen": (1, 1e15),
    "worth.recovery_share": SHARE,
    "worth.recovery_share_terminated": SHARE,
    "worth.p_find": SHARE,
    "worth.p_find_company": SHARE,
    "worth.p_find_most": SHARE,
    "worth.hour_at_home": FACTOR,
    "worth.season_at_sea": FACTOR,
    "worth.season_ashore": FACTOR,
    "worth.clue_fresh": (1.0, 10.0),
    "worth.clue_half_life_days": (0.1, 3660),
    "worth.clue_low_trust_days": (0, 3660),
    "worth.age_floor": SHARE,
    "worth.age_half_life_days": (1, 36600),
    "worth.place_village": FACTOR,
    "worth.place_coordinates": FACTOR,
    "worth.place_township": FACTOR,
    "worth.livelihood_points": ANY_POINTS,
    "worth.group_points": ANY_POINTS,
    "worth.age_points_per_year": ANY_POINTS,
    "worth.age_points_most": ANY_POINTS,
    "worth.clue_points": ANY_POINTS,
    "visit.minutes": (1, 480),
    "visit.minutes_company": (1, 480),
    "visit.minutes_search": (1, 480),
    "visit.minutes_per_extra_case": (0, 120),
    "visit.minutes_most": (1, 480),
    **dict.fromkeys(CLOCKS, (0, MINUTES_PER_DAY)),
    "duty.early_share": SHARE,
    "duty.late_share": SHARE,
    "duty.break_minutes": (0, 240),
    "duty.max_days_in_a_row": (1, 31),
    "duty.bailiff_lead_days": (0, 60),
    "travel.speed_kmh": (1, 150),
    "travel.detour": (1, 5),
    "travel.stop_minutes": (0, 120),
    "travel.road_metres": (0, 100_000),
    "travel.lane_kmh": (1, 150),
    **dict.fromkeys((f"travel.{name}_kmh" for name in ROAD_CLASSES), (1, 150)),
    "sweep.townships": (1, 1000),
    "sweep.min_squad_days": (0, 10_000),
    "sweep.mixed_share": SHARE,
    "sweep.squad_size_least": (2, 50),
    "sweep.loan_prize_share": SHARE,
    "sweep.change_points": (0, 1_000_000),
    "sweep.max_visits_a_day": (1, 200),
    "gazetteer.queue_below": SHARE,
    "urge.most_fen": (0, 1e15),
    "urge.days": (1, 250),
    "urge.again_after_days": (0, 3660),
    "reward.points_told": (0, 1_000),
    "reward.points_useful": (0, 1_000),
    "reward.yuan_per_band": (1, 1e9),
    "reward.points_per_band": (0, 1_000),
    "reward.most_bands": (0, 1_000),
    "reward.most_a_month": (0, 1e6),
}
"""Least and most of every number. Two officers at least is law, so no policy may go below."""

WORDS = {"sweep.spread": SPREADS, "sweep.market_days": MARKET_RULES}
"""Allowed words of every key that holds one."""

ORDERED = (
    ("visit.company_open", "visit.company_close"),
    ("duty.start", "duty.end"),
    ("duty.early_start", "duty.early_end"),
    ("duty.late_start", "duty.late_end"),
    ("duty.warn_before", "duty.warn_after"),
)
"""The first must be earlier than the second."""


def load_policy(path: Path | None) -> Policy:
    """The policy of a TOML file with the tables of :class:`Policy`; what is not written keeps its default.

    Raises:
        PolicyError: no such file, not TOML, an unknown key, a wrong type or a value out of range.
    """
    if path is None:
        return Policy()
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise PolicyError("policy_missing", file=str(path)) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise PolicyError("policy_damaged", file=str(path), fault=str(fault)) from fault
    return _policy(tree)


def policy_from_json(text: str) -> Policy:
    """The inverse of :func:`policy_json`, checked like a file.

    Raises:
        PolicyError: as for a file.
    """
    try:
        tree = json.loads(text)
    except json.JSONDecodeError as fault:
        raise PolicyError("policy_damaged", file="JSON", fault=str(fault)) from fault
    return _policy(tree)


def with_values(policy: Policy, values: Mapping[str, Any]) -> Policy:
    """The policy with other values of some keys (``<table>.<name>``), checked like a file.

    Raises:
        PolicyError: an unknown key, a wrong type, a value out of range, or values that do not go together.
    """
    tree = dataclasses.asdict(policy)
    for key, value in values.items():
        table, name = _split(tree, key, value)
        tree[table][name] = value
    return _policy(tree)


def value_of(policy: Policy, key: str) -> Any:
    """The value of a key; raises PolicyError where there is none of that name."""
    tree = dataclasses.asdict(policy)
    table, name = _split(tree, key, None)
    return tree[table][name]


def _split(tree: dict[str, dict[str, Any]], key: str, value: Any) -> tuple[str, str]:
    table, _, name = key.partition(".")
    if name not in tree.get(table, {}):
        known = (f"{table}.{name}" for table, names in tree.items() for name in names)
        raise PolicyError("policy_key", name=key, value=value, allowed=", ".join(known))
    return table, name


def policy_json(policy: Policy) -> str:
    """The whole policy, keys sorted: the same policy gives the same text."""
    return json.dumps(dataclasses.asdict(policy), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def policy_digest(policy: Policy) -> str:
    """sha256 of :func:`policy_json`, hex."""
    return hashlib.sha256(policy_json(policy).encode()).hexdigest()


def _policy(tree: Any) -> Policy:
    tables = {field.name: field.default_factory for field in dataclasses.fields(Policy)}
    if not isinstance(tree, dict):
        raise PolicyError("policy_key", name="*", value=tree, allowed=", ".join(tables))
    _refuse_unknown("", tree, tables)
    made = Policy(**{name: _table(name, kind, tree.get(name, {})) for name, kind in tables.items()})
    _check_order(made)
    return made


def _table(name: str, kind: Any, given: Any) -> Any:
    if not isinstance(given, dict):
        raise PolicyError("policy_value", name=name, value=given, allowed=f"[{name}]")
    hints = get_type_hints(kind)
    _refuse_unknown(f"{name}.", given, hints)
    return kind(**{key: _value(f"{name}.{key}", hints[key], value) for key, value in given.items()})


def _refuse_unknown(prefix: str, given: dict[str, Any], known: dict[str, Any]) -> None:
    for key in given:
        if key not in known:
            raise PolicyError("policy_key", name=f"{prefix}{key}", value=given[key], allowed=", ".join(known))


def _value(key: str, kind: Any, value: Any) -> Any:
    if key == "gazetteer.address_order":
        return _address_order(key, value)
    if kind is bool:
        return _require(key, value, isinstance(value, bool), "true | false")
    if kind is str:
        return _require(key, value, value in WORDS[key], " | ".join(WORDS[key]))
    least, most = RANGES[key]
    allowed = f"{least:g} … {most:g}"
    if key in CLOCKS:
        value, allowed = _minute(value), "00:00 … 24:00"
    sort = isinstance(value, int if kind is int else int | float) and not isinstance(value, bool)
    _require(key, value, sort and least <= value <= most, f"{allowed} ({kind.__name__})")
    return kind(value)


def _minute(value: Any) -> Any:
    """Minutes of HH:MM; anything else stays, to be refused as it came."""
    try:
        return minute_of(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _address_order(key: str, value: Any) -> tuple[str, ...]:
    sound = isinstance(value, list | tuple) and sorted(map(str, value)) == sorted(ADDRESS_KINDS)
    return tuple(_require(key, value, sound, ", ".join(ADDRESS_KINDS)))


def _require(key: str, value: Any, sound: bool, allowed: str) -> Any:
    if not sound:
        raise PolicyError("policy_value", name=key, value=value, allowed=allowed)
    return value


def _check_order(policy: Policy) -> None:
    tables = dataclasses.asdict(policy)

    def value(key: str) -> int:
        table, name = key.split(".")
        return int(tables[table][name])

    for first, second in ORDERED:
        if value(first) >= value(second):
            raise PolicyError("policy_order", first=first, second=second)
    if not policy.duty.start <= policy.duty.break_start <= policy.duty.end - policy.duty.break_minutes:
        raise PolicyError("policy_order", first="duty.break_start", second="duty.end - duty.break_minutes")
    if policy.duty.early_share + policy.duty.late_share > 1 + 1e-9:
        raise PolicyError("policy_shares", early=policy.duty.early_share, late=policy.duty.late_share)
    weights = policy.score
    if weights.weight_filings + weights.weight_worth + weights.weight_livelihood + weights.weight_backlog <= 0:
        raise PolicyError("policy_weights")
