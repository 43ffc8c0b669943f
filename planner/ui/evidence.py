"""Can the ranking be trusted? What the forecast rests on, and how the same method would have chosen in the past."""

import altair as alt
import pandas as pd
import streamlit as st

from planner.i18n import Translate
from planner.ui.grids import TEXT, grid
from planner.usecases.explain import Backtest, Explanation
from planner.usecases.findings import backtest_sentence, mix_sentence, rival_rows

CAUGHT, EVEN, BEST = "#0072B2", "#999999", "#E69F00"
CHART_HEIGHT = 260


def show_mix(explained: Explanation, t: Translate) -> None:
    """One sentence: what the forecast is made of."""
    st.caption(mix_sentence(explained, t))


def show_backtest(tested: Backtest | None, t: Translate) -> None:
    """A sentence, a picture and a table: what past choices would have caught."""
    if tested is None:
        st.info(t("evidence.too_short"), icon=":material/hourglass:")
        return
    st.markdown(backtest_sentence(tested, t))
    st.altair_chart(_chart(tested, t), width="stretch")
    st.caption(t("evidence.chart", k=tested.k))
    grid(rival_rows(tested, t), {"rival": TEXT, "hit_rate": TEXT, "pei": TEXT, "lead": TEXT}, t, "rivals")


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
            strokeDash=alt.StrokeDash(
                "line:N", scale=alt.Scale(domain=list(lines), range=[[1, 0], [6, 3]]), legend=None
            ),
            tooltip=[
                alt.Tooltip("last:T", title=t("evidence.until"), format="%Y-%m-%d"),
                alt.Tooltip("line:N", title=" "),
                alt.Tooltip("share:Q", title=t("evidence.share"), format=".0%"),
            ],
        )
    )
    return alt.layer(shares, even.encode(y="share:Q"))
