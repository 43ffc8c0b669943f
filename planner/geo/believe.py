"""What several addresses and a point say together: the places a debtor may be in, each with its evidence."""

from collections.abc import Sequence
from dataclasses import dataclass

from planner.geo.confidence import probability
from planner.geo.reading import Reading

STRONG = 0.8
"""An address less sure than this contradicts no other, or only vaguely (丹城: one of two townships)."""
SURE = 0.95
"""A text at least this sure that a point contradicts: whichever is newer is right, not the one better written."""


@dataclass(frozen=True, slots=True)
class Told:
    """One address that tells something.

    Attributes:
        alone: how sure its best option is by itself; ``at_all``: how sure it is that one of its options is right.
    """

    reading: Reading
    kind: str
    alone: float
    at_all: float
    townships: frozenset[str]


@dataclass(frozen=True, slots=True)
class Point:
    """Coordinates: the township that holds them, None for outside all townships."""

    held: str | None


@dataclass(frozen=True, slots=True)
class Belief:
    """One place a debtor may be in; ``township`` None: outside the county. ``method``, ``kind``, ``matched`` as
    method, address_kind and matched in PLACED_TABLE; ``probability``: that the township is right."""

    township: str | None
    village: str | None
    method: str
    kind: str | None
    matched: str | None
    evidence: tuple[str, ...]
    share: float
    probability: float


NO_BELIEF = Belief(None, None, "none", None, None, (), 1.0, 0.0)


def as_told(reading: Reading, kind: str) -> Told:
    """One kind of address as it was read."""
    share = reading.options[0].share if reading.options else 1.0
    townships = frozenset([option.township for option in reading.options])
    at_all = probability(reading.evidence)
    return Told(reading, kind, share * at_all, at_all, townships)


def beliefs(addresses: Sequence[Told], point: Point | None, company: bool) -> list[Belief]:
    """All places that an address or the point names, in the order of belief of the addresses.

    Args:
        addresses: those that tell something, in the order of belief.
    """
    if len(addresses) > 1:  # the same thing said twice is said once
        addresses = list({told.reading: told for told in reversed(addresses)}.values())[::-1]
    found: dict[str | None, Belief] = {}
    for told in addresses:
        if not told.reading.options:
            if None not in found:
                found[None] = _outside(told, addresses, point)
            continue
        for township, share in _shares(told, addresses, point).items():
            if township not in found:
                found[township] = _inside(township, share, told, addresses, point, company)
    if point and point.held and point.held not in found:
        found[point.held] = _by_point(point.held, addresses)
    return list(found.values())


def best(found: Sequence[Belief]) -> Belief:
    """The likeliest; of equals the first. Nothing where nothing is told."""
    return max(found, key=lambda belief: belief.probability, default=NO_BELIEF)


def _shares(told: Told, addresses: Sequence[Told], point: Point | None) -> dict[str, float]:
    """How likely each township of an ambiguous name is; another address or the point may settle it."""
    shares: dict[str, float] = {}
    for option in told.reading.options:
        shares[option.township] = shares.get(option.township, 0.0) + option.share
    if len(shares) == 1:
        return shares
    others = [other.townships for other in addresses if other is not told]
    if point and point.held:
        others.append(frozenset([point.held]))
    for said in others:
        kept = {township: share for township, share in shares.items() if township in said}
        if kept:
            shares = {township: share / sum(kept.values()) for township, share in kept.items()}
    return shares


def _inside(
    township: str, share: float, told: Told, addresses: Sequence[Told], point: Point | None, company: bool
) -> Belief:
    supporting = [other for other in addresses if township in other.townships]
    surest = max(supporting, key=lambda other: other.alone) if len(supporting) > 1 else told
    evidence = list(surest.reading.evidence)
    if point and point.held not in (None, township) and surest.alone >= SURE:
        evidence = ["sure_text"]
    if len(addresses) > 1:
        evidence += _from_others(township, told, supporting, addresses)
    if point:
        evidence.append(
            "point_agrees" if point.held == township else "point_differs" if point.held else "point_elsewhere"
        )
    if company:
        evidence.append("company")
    village, source = _village(township, told, supporting)
    method = source.reading.method
    if point and point.held == township and village is None:
        method = "coordinates"
    keys = tuple(evidence)
    matched = source.reading.matched
    return Belief(township, village, method, source.kind, matched, keys, share, probability(keys, share))


def _village(township: str, told: Told, supporting: Sequence[Told]) -> tuple[str | None, Told]:
    """The village of the first address that names one, one spelt right before one misspelt."""
    for near in (False, True):
        for other in supporting:
            reading = other.reading
            if ("inside_near" in reading.evidence or "village_near" in reading.evidence) != near:
                continue
            here = [option.village for option in reading.options if option.township == township]
            if len(here) == 1 and here[0] is not None:
                return here[0], other
    return None, told


def _from_others(township: str, told: Told, supporting: Sequence[Told], addresses: Sequence[Told]) -> list[str]:
    evidence = ["agree"] if len(supporting) > 1 else []
    before = True
    for other in addresses:
        if other is told:
            before = False
        if township in other.townships:
            continue
        if other.at_all < STRONG:
            place = "weak"
        elif other.alone < STRONG:
            place = "vague"
        else:
            place = "other_inside" if other.townships else "other_outside"
        evidence.append(f"{place}_{'before' if before else 'after'}")
    return evidence


def _outside(told: Told, addresses: Sequence[Told], point: Point | None) -> Belief:
    evidence = list(told.reading.evidence)
    before = True
    for other in addresses:
        if other is told:
            before = False
        elif not other.townships:
            evidence.append("outside_agree")
        elif other.alone >= STRONG:
            evidence.append(f"outside_inside_{'before' if before else 'after'}")
    if point:
        evidence.append("outside_point_inside" if point.held else "outside_point_elsewhere")
    keys = tuple(evidence)
    reading = told.reading
    return Belief(None, None, reading.method, told.kind, reading.matched, keys, 1.0, probability(keys))


def _by_point(held: str, addresses: Sequence[Told]) -> Belief:
    strong = [other for other in addresses if other.alone >= STRONG]
    evidence = ["coordinates"]
    if any(other.townships for other in strong):
        evidence.append("coordinates_text_differs")
    elif strong:
        evidence.append("coordinates_text_outside")
    elif addresses:
        evidence.append("coordinates_text_doubtful")
    keys = tuple(evidence)
    return Belief(held, None, "coordinates", None, None, keys, 1.0, probability(keys))
