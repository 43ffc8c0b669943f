"""One township's portrait in sentences, and the kinds and trends of all."""

import pandas as pd
import streamlit as st

from planner.bootstrap import Context
from planner.i18n import Translate
from planner.model.score_run import ScoreRun
from planner.model.units import FEN_PER_YUAN
from planner.ui.grids import TEXT, WHOLE, Figure, figures, grid
from planner.usecases.explain import Explanation
from planner.usecases.findings import kind_lines, portrait_lines, township_rows
from planner.usecases.remembered import worked_out


def show_portrait(ctx: Context, run: ScoreRun, row: pd.Series, explained: Explanation, t: Translate) -> None:
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
        asked = ("portrait", row["township_code"], t("app.code"))
        lines = worked_out(ctx, asked, lambda: list(portrait_lines(run, row, explained, t)), run, explained)
        st.markdown("\n".join(f"- {line}" for line in lines))


def show_trends_and_kinds(run: ScoreRun, explained: Explanation, t: Translate) -> None:
    """Every township's trend, and the kinds of township."""
    st.caption(t("trend.help"))
    words = dict.fromkeys(("name", "trend", "change", "township_kind"), TEXT)
    grid(township_rows(run, explained, t), words | {"rests_on": WHOLE, "weak": TEXT, "swept": WHOLE}, t, "trends")
    st.markdown("##### " + t("kinds.title"))
    names = run.hotspots.table.set_index("township_code")["name"]
    st.markdown("\n".join(f"- {line}" for line in kind_lines(explained, names, t)))
