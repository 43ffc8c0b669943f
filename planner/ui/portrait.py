"""One township's portrait in sentences, and the kinds and trends of all."""

from collections.abc import Iterator
from typing import Any

import pandas as pd
import streamlit as st

from planner.i18n import Translate
from planner.model.score_run import ScoreRun
from planner.model.units import FEN_PER_YUAN
from planner.ui.grids import TEXT, WHOLE, Figure, figures, grid
from planner.usecases.explain import Explanation

Row = dict[Any, Any]
"""A row of a table by column."""


def show_portrait(run: ScoreRun, row: pd.Series, explained: Explanation, t: Translate) -> None:
    """The township of one row of HOTSPOT_TABLE."""
    with st.container(border=True):
        st.markdown(f"#### {row['name']}")
        shown = {
            "open_cases": f"{row['open_cases']:,}",
            "claimed_yuan": f"{row['claimed_fen'] / FEN_PER_YUAN:,.0f}",
            "median_age_days": "—" if pd.isna(row["median_age_days"]) else f"{row['median_age_days']:.0f}",
            "livelihood_cases": f"{row['livelihood_cases']:,}",
        }
        figures([Figure(t(f"column.{name}"), value, told=t(f"explain.{name}")) for name, value in shown.items()])
        st.markdown("\n".join(f"- {line}" for line in portrait_lines(run, row, explained, t)))


def portrait_lines(run: ScoreRun, row: pd.Series, explained: Explanation, t: Translate) -> Iterator[str]:
    """What a chief would say of the township, one sentence a line."""
    code = row["township_code"]
    own = explained.townships.set_index("township_code").loc[code]
    change = int(row["filings_last_year"] - row["filings_year_before"])
    yield t("hotspots.trend", now=row["filings_last_year"], before=row["filings_year_before"], change=f"{change:+d}")
    yield trend_sentence(own, t)
    if own["weak"]:
        yield t("portrait.weak", cases=f"{own['rests_on']:.0f}")
    if own["swept"]:
        yield t("portrait.swept", cases=own["swept"])
    features = explained.portrait[explained.portrait["township_code"] == code]
    for verdict in ("above", "below"):
        if told := [_feature(f, t) for f in features[features["verdict"] == verdict].to_dict("records")]:
            yield t(f"portrait.{verdict}", features="；".join(told))
    if not features["verdict"].isin(["above", "below"]).any():
        yield t("portrait.usual")
    if own["gi"] or own["crowd"]:
        yield t(f"portrait.around_{own['gi'] or 'crowd'}")
    near = explained.pairs[(explained.pairs["a"] == code) | (explained.pairs["b"] == code)]
    if not (near["kind"] == "border").any():
        yield t("portrait.island", kinds="、".join(t(f"neighbour.{kind}") for kind in near["kind"].unique()))
    clusters = run.hotspots.clusters
    told = [f"{c.label}（{c.cases}）" for c in clusters[clusters["township_code"] == code].itertuples()]
    yield t("hotspots.own_clusters", clusters="；".join(told)) if told else t("hotspots.no_clusters")


def _feature(feature: Row, t: Translate) -> str:
    name, own, county = feature["feature"], 100 * feature["value"], 100 * feature["county_value"]
    return t(
        "portrait.feature",
        feature=feature_name(name, t),
        numerator=feature["numerator"],
        denominator=feature["denominator"],
        own=f"{own:.0f}",
        county=f"{county:.0f}",
    )


def feature_name(name: str, t: Translate) -> str:
    return t("feature.type", type=name.removeprefix("type_")) if name.startswith("type_") else t(f"feature.{name}")


def trend_sentence(own: pd.Series, t: Translate) -> str:
    """A trend in plain words, with its size and how sure it is where one was measured."""
    if pd.isna(own["change_per_year"]):
        return t("trend.too_few")
    low, high = (f"{own[name]:+.0f}" for name in ("change_low", "change_high"))
    return t(f"trend.{own['trend']}") + t("trend.size", change=f"{own['change_per_year']:+.0f}", low=low, high=high)


def show_trends_and_kinds(run: ScoreRun, explained: Explanation, t: Translate) -> None:
    """Every township's trend, and the kinds of township."""
    names = run.hotspots.table.set_index("township_code")["name"]
    st.caption(t("trend.help"))
    table = explained.townships.assign(
        name=explained.townships["township_code"].map(names),
        trend=[t(f"trend.{word}") for word in explained.townships["trend"]],
        change=[_change(own) for own in explained.townships.to_dict("records")],
        rests_on=explained.townships["rests_on"].round(),
        weak=explained.townships["weak"].map({True: t("portrait.weak_mark"), False: ""}),
        township_kind=[t("kinds.number", kind=kind) if kind else "—" for kind in explained.townships["kind"]],
    )
    order = names.index.get_indexer(pd.Index(table["township_code"]))
    kinds = {
        "name": TEXT,
        "trend": TEXT,
        "change": TEXT,
        "township_kind": TEXT,
        "rests_on": WHOLE,
        "weak": TEXT,
        "swept": WHOLE,
    }
    grid(table.assign(order=order).sort_values("order"), kinds, t, "trends")
    st.markdown("##### " + t("kinds.title"))
    st.markdown("\n".join(f"- {line}" for line in _kind_lines(explained, names, t)))


def _change(own: Row) -> str:
    change, low, high = (own[name] for name in ("change_per_year", "change_low", "change_high"))
    return "—" if pd.isna(change) else f"{change:+.0f} %  [{low:+.0f}, {high:+.0f}]"


def _kind_lines(explained: Explanation, names: "pd.Series[str]", t: Translate) -> Iterator[str]:
    kinds = explained.kinds
    if kinds.count < 2:
        yield t(f"kinds.{kinds.verdict}")
        return
    for kind in range(1, kinds.count + 1):
        members = kinds.table.loc[kinds.table["kind"] == kind, "township_code"]
        traits = kinds.traits[kinds.traits["kind"] == kind]
        told = "、".join(t(f"trait.{trait.feature}_{trait.direction}") for trait in traits.itertuples())
        yield t(
            "kinds.kind", kind=kind, traits=told or t("kinds.plain"), names="、".join(names[code] for code in members)
        )
    yield t("kinds.stability", stability=f"{kinds.stability:.2f}")
