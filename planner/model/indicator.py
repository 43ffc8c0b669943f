"""Formulas of the bureau's indicators (执行到位率, 实际执行率, 执行完毕率, 首执案件终本率) as data.

Circulars differ in what they count, so a formula is a fact of the region (indicators.toml): which case types are looked
at, which outcomes count above and below the line, and whether cases or fen are counted.
"""

from dataclasses import dataclass

from planner.model.case import CASE_TYPES

OUTCOMES = ("completed", "settled", "terminated", "withdrawn", "ended", "other", "untold")
"""How a case ended: 执行完毕, 和解, 终本, 销案 and the like, 终结执行, in other words, and nothing told."""

OutcomeWords = tuple[tuple[str, tuple[str, ...]], ...]

OUTCOME_WORDS: OutcomeWords = (
    ("terminated", ("终结本次", "终本")),
    ("other", ("未执行完毕", "未履行完毕", "未全部履行")),
    ("ended", ("不予", "终结强制执行")),
    ("completed", ("执行完毕", "履行完毕", "全部履行", "自动履行", "强制执行")),
    ("settled", ("和解",)),
    ("withdrawn", ("销案", "驳回")),
    ("ended", ("终结",)),
)
"""Words of 结案方式; the first outcome that fits counts."""

UNITS = ("cases", "fen")
ENFORCEMENT = ("执", "执恢")
REALLY_ENFORCED = ("completed", "settled")


@dataclass(frozen=True)
class Indicator:
    """One formula, over cases ended within the year.

    Attributes:
        unit: cases: cases above the line over cases below; fen: recovered over claimed.
        above: outcomes that count in the numerator.
        below: outcomes in the denominator.
        case_types: only these are looked at.
        headline: it stands on top of the page.
        name, name_en, help: of an indicator that a region adds; the usual ones have theirs in the catalogues.

    Raises:
        ValueError: a word that is none of these, or an outcome above the line that is not below it.
    """

    code: str
    unit: str
    above: tuple[str, ...]
    below: tuple[str, ...] = OUTCOMES
    case_types: tuple[str, ...] = ENFORCEMENT
    headline: bool = True
    name: str = ""
    name_en: str = ""
    help: str = ""

    def __post_init__(self) -> None:
        outcomes = set(self.above) <= set(self.below) <= set(OUTCOMES)
        if self.unit not in UNITS or not outcomes or not set(self.case_types) <= set(CASE_TYPES):
            raise ValueError(self)


INDICATORS = (
    Indicator("recovery", "fen", above=OUTCOMES),  # 执行到位率: all that was recovered, in part too
    Indicator("recovery_2008", "fen", above=REALLY_ENFORCED, headline=False),  # 执行到位率 as the SPC had it in 2008
    Indicator("enforced", "cases", above=REALLY_ENFORCED),  # 实际执行率
    Indicator("completed", "cases", above=("completed",)),  # 执行完毕率
    Indicator("first_terminated", "cases", above=("terminated",), case_types=("执",)),  # 首执案件终本率
)
"""Where a region has no formulas of its own."""
