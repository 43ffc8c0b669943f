"""Can the ranking be trusted? What the forecast rests on, and how the same method would have chosen in the past."""

from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from planner.i18n import Translate
from planner.ui.grids import TEXT, grid
from planner.usecases.explain import Backtest, Explanation

CAUGHT, EVEN, BEST = "#0072B2", "#999999", "#E69F00"
CHART_HEIGHT = 260
LEAD = {"lead": "lead", "low": "lead_low", "high": "lead_high"}
TOLD_SHARE = 0.01
"""Parts of the mix below this share are not told."""


def show_mix(explained: Explanation, t: Translate) -> None:
    """One sentence: what the forecast is made of."""
    parts = sorted(explained.mix.items(), key=lambda part: -part[1])
    told = [
        t("evidence.part", name=_component(name, t), share=f"{100 * share:.0f}")
        for name, share in parts
        if share >= TOLD_SHARE
    ]
    st.caption(t("evidence.mix", parts="、".join(told)))


def _component(name: str, t: Translate) -> str:
    kind, _, weeks = name.partition("_")
    return t("mix.memory", weeks=weeks) if kind == "memory" else t(f"mix.{name}")


def show_backtest(tested: Backtest | None, t: Translate) -> None:
    """A sentence, a picture and a table: what past choices would have caught."""
    if tested is None:
        st.info(t("evidence.too_short"), icon=":material/hourglass:")
        return
    st.markdown(backtest_sentence(tested, t))
    st.altair_chart(_chart(tested, t), width="stretch")
    st.caption(t("evidence.chart", k=tested.k))
    table = tested.table.assign(
        rival=[t(f"rival.{name}") for name in tested.table["rival"]],
        hit_rate=[f"{100 * share:.1f} %" for share in tested.table["hit_rate"]],
        pei=[f"{100 * share:.1f} %" for share in tested.table["pei"]],
        lead=["—" if row["rival"] == "planner" else _lead(row, t) for row in tested.table.to_dict("records")],
    )
    grid(table, {"rival": TEXT, "hit_rate": TEXT, "pei": TEXT, "lead": TEXT}, t, "rivals")


def backtest_sentence(tested: Backtest, t: Translate) -> str:
    """What the test says, for a meeting."""
    periods, table = tested.periods, tested.table.set_index("rival")
    said = t(
        "evidence.backtest",
        periods=len(periods),
        first=f"{periods['first'].iloc[0]:%Y-%m-%d}",
        last=f"{periods['last'].iloc[-1]:%Y-%m-%d}",
        days=(periods["last"].iloc[0] - periods["first"].iloc[0]).days + 1,
        k=tested.k,
        hit=f"{100 * table['hit_rate']['planner']:.0f}",
        even=f"{100 * tested.even:.0f}",
        best=f"{100 * periods['best'].sum() / max(periods['filings'].sum(), 1):.0f}",
        pei=f"{100 * table['pei']['planner']:.0f}",
    )
    rivals = [
        t(f"evidence.{_verdict(row)}", rival=t(f"rival.{row['rival']}"), lead=_lead(row, t))
        for row in tested.table.to_dict("records")
        if row["rival"] in ("last_period", "last_year")
    ]
    return said + "".join(rivals)


def _verdict(row: dict[Any, Any]) -> str:
    return "better" if row["lead_low"] > 0 else "worse" if row["lead_high"] < 0 else "alike"


def _lead(row: dict[Any, Any], t: Translate) -> str:
    return t("evidence.lead", **{name: f"{100 * row[key]:+.1f}" for name, key in LEAD.items()})


def _chart(tested: Backtest, t: Translate) -> alt.LayerChart | alt.FacetChart:
    """Share of each period's filings: caught by the choice, the most that could be, and what lots would catch."""
    periods = tested.periods
    filings = periods["filings"].clip(lower=1)
    lines = {t("evidence.caught"): periods["planner"] / filings, t("evidence.best"): periods["best"] / filings}
    drawn = pd.concat(
        [pd.DataFrame({"last": periods["last"], "line": name, "share": share}) for name, share in lines.items()]
    ).astype({"line": object})
    even = alt.Chart(pd.DataFrame({"share": [tested.even]})).mark_rule(color=EVEN, strokeDash=[4, 4])
    shares = (
        alt.Chart(drawn, height=CHART_HEIGHT)
        .mark_line(point=True)
        .encode(
            x=alt.X("last:T", title=None, axis=alt.Axis(format="%Y-%m")),
            y=alt.Y("share:Q", title=t("evidence.share"), axis=alt.Axis(format="%"), scale=alt.Scale(zero=True)),
            color=alt.Color(
                "line:N",
                scale=alt.Scale(domain=list(lines), range=[CAUGHT, BEST]),
                legend=alt.Legend(orient="top", title=None),
            ),
            strokeDash=alt.StrokeDash("line:N", legend=None),
            tooltip=[
                alt.Tooltip("last:T", title=t("evidence.until"), format="%Y-%m-%d"),
                alt.Tooltip("line:N", title=" "),
                alt.Tooltip("share:Q", title=t("evidence.share"), format=".0%"),
            ],
        )
    )
    return alt.layer(shares, even.encode(y="share:Q"))
