"""A review on two pages: what it says, that it is two pages, and that it names nobody."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pypdfium2
import pytest

from planner.access import Actor
from planner.errors import Denied, Impossible
from planner.files.printing import review_sheet
from planner.files.region import load_region
from planner.i18n import LANGUAGES, translator
from planner.model.indicator import INDICATORS
from planner.model.region import Region
from planner.review.compare import Effect
from planner.review.displacement import Difference
from planner.review.indicators import Share
from planner.review.outcomes import Totals
from planner.usecases.context import Context
from planner.usecases.review import SIDE_BY_SIDE, Rate, Review
from planner.usecases.review_sheet import MOST_PANELS, review_pdf, review_told
from planner.usecases.review_words import before_lines, near_lines, verdict_line
from planner.usecases.sweeps import DoneSweep, Judged
from tests.conftest import ROOT

MONDAY = date(2026, 11, 23)
RATES = tuple(
    Rate(who, spec, Share(118, 178, 0.59, 0.73), Share(0, 0, float("nan"), float("nan")))
    for who in ("swept", "others")
    for spec in INDICATORS
    if spec.code in SIDE_BY_SIDE
)
WEAK = ("short_history", "nothing_learnt", "small_counts", "weeks_missing")


@pytest.fixture(scope="module")
def region() -> Region:
    return load_region(ROOT / "data/regions/330225")


@pytest.fixture(scope="module")
def told(region: Region) -> Review:
    """A sweep of three townships that brought more."""
    effect = Effect(0.405, 0.095, 0.742, 0.16, 0.0196, 16, 816, 142.0, 95.0, 1.02)
    judged, unsure = Judged(effect, holm=0.0588), Judged(replace(effect, p=0.3, low=-0.2, log_ratio=0.1), holm=0.3)
    codes = tuple(region.townships["code"][:3])
    return Review(
        sweep=DoneSweep("abc12345", MONDAY, "concentrate", codes, 200), as_of=MONDAY + timedelta(weeks=14), weeks=13,
        primary=judged,
        windows=((1, unsure), (4, judged), (13, judged)),
        measures=(("enforced", judged), ("terminated", unsure), ("money", judged), ("money_whole", Judged(effect))),
        before_after=0.18, rebound=-0.12, path=path_of(codes), near=unsure, drawn=Difference(-1.2, 3.4),
        extra=43.0, rates=RATES, smallest=0.38, effort=Totals(0, 0, {}, 0, 0, 0),
        largest=tuple(f"(2026)浙0225执{number}号" for number in range(1001, 1008)), left_out=(), aside=(), missing=(),
    )  # fmt: skip


def path_of(codes: tuple[str, ...]) -> pd.DataFrame:
    weeks = np.arange(-13, 13)
    band = [(3.1, 0.2, 6.4) if week >= 0 else (None, None, None) for week in weeks]
    one = pd.DataFrame(band, columns=["expected", "low", "high"]).assign(week=weeks, counted=np.arange(26) % 7)
    return pd.concat([one.assign(code=code) for code in codes])


def printed(region: Region, told: Review, language: str) -> list[str]:
    t = translator(language)
    document = pypdfium2.PdfDocument(review_sheet(review_told(told, region.township_names, region.name, t), t))
    texts = [tight(page.get_textpage().get_text_bounded()) for page in document]
    document.close()
    return texts


def tight(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_pages_say_what_the_page_says_in_its_order(region: Region, told: Review, language: str) -> None:
    t = translator(language)
    first, second = printed(region, told, language)
    names = [region.township_name(code) for code in told.sweep.townships]
    assert all(name in first and name in second for name in names)
    lines = [verdict_line(told, t), *before_lines(told, t), *near_lines(told, t), t("review.windows")]
    places = [first.index(tight(line)) for line in lines]
    assert places == sorted(places)
    assert {"+50%", "+10%", "+110%"} <= set(first.replace("(", " ").replace("+", " +").replace("%", "% ").split())
    for text in (t("measure.money_whole"), "0.06", told.largest[0], t("review.no_outcomes"), t("print.checked_by")):
        assert tight(text) in second
    assert told.largest[-1] not in second
    assert "�" not in first + second


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_awkward_sweep_keeps_to_two_pages(region: Region, told: Review, language: str) -> None:
    """Ten townships, everything that may weaken an answer, many visits."""
    codes = tuple(region.townships["code"][:10])
    assert told.primary.effect is not None
    awkward = replace(
        told, sweep=replace(told.sweep, townships=codes), path=path_of(codes),
        primary=Judged(replace(told.primary.effect, caveats=WEAK, low=-2.0, high=3.0, p=0.8)),
        left_out=tuple(region.townships["name"][10:]), missing=(MONDAY,) * 20,
        effort=Totals(412, 260, {"summoned": 28, "detained": 10, "fined": 25}, 0, 0, 0),
    )  # fmt: skip
    first, second = printed(region, awkward, language)
    t = translator(language)
    assert all(tight(t(f"caveat.{code}")) in first for code in WEAK)
    assert "412" in second
    assert tight(t("review_sheet.more_panels", count=10 - MOST_PANELS)) in second


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_nothing_can_be_judged_it_says_why(region: Region, told: Review, language: str) -> None:
    none = Judged(None, "short_history")
    silent = replace(
        told, primary=none, windows=tuple((weeks, none) for weeks, _ in told.windows),
        measures=tuple((measure, none) for measure, _ in told.measures), before_after=None, rebound=None,
        path=pd.DataFrame(), near=none, drawn=None, extra=None, smallest=None, largest=(),
        sweep=replace(told.sweep, townships=()),
    )  # fmt: skip
    first, second = printed(region, silent, language)
    t = translator(language)
    assert tight(t("review.why_short_history")) in first
    assert tight(t("review_sheet.no_paths")) in second


def test_who_may_not_export_and_what_is_not_there(ctx: Context) -> None:
    with pytest.raises(Impossible, match="nothing_to_review"):
        review_pdf(ctx, "nosuchplan", translator("zh"))
    with pytest.raises(Denied):
        review_pdf(replace(ctx, actor=Actor("示例", "analyst")), "nosuchplan", translator("zh"))
