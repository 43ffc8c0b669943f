"""画像与重症区: which townships are hot, how sure that is, and why."""

from collections.abc import Callable
from datetime import date

import altair as alt
import pandas as pd
import streamlit as st

from planner.bootstrap import Context
from planner.files.maps.county import county_map
from planner.i18n import Translate
from planner.model.hotspot import PARTS, Selection
from planner.model.score_run import ScoreRun
from planner.model.units import FEN_PER_YUAN
from planner.ui.address import choose, write
from planner.ui.charts import show_chart
from planner.ui.crowding import show_crowds, show_villages
from planner.ui.empty import nothing_yet
from planner.ui.evidence import show_backtest, show_mix
from planner.ui.frames import Twin, show_map
from planner.ui.grids import PERCENT, POINTS, TEXT, WHOLE, grid, pick
from planner.ui.portrait import show_portrait, show_trends_and_kinds
from planner.ui.weights import show_weights
from planner.usecases.explain import Backtest, Explanation, backtest_score, explain_score
from planner.usecases.remembered import worked_out
from planner.usecases.score import ScoreRequest, latest, latest_import, outdated, preview_choice, score

MAP_HEIGHT, BARS_HEIGHT, LIST_HEIGHT = 620, 500, 280
RANKED, OPEN_SECTION = "ranking", "open_section"
PICKED = "ranking_picked"

PART_COLOURS = ["#0072B2", "#E69F00", "#CC79A7", "#999999"]


def show(ctx: Context, t: Translate) -> None:
    st.title(t("page.hotspots"))
    run = latest(ctx)
    if run is None:
        _first_run(ctx, t)
        return
    h = run.hotspots
    st.caption(t("hotspots.basis", as_of=f"{h.as_of:%Y-%m-%d}", days=h.horizon_days, scorer=h.scorer))
    if what := outdated(ctx, run):
        st.warning(t(f"hotspots.outdated_{what}"), icon=":material/update:")
        if st.button(t("hotspots.run"), type="primary", key="run_outdated"):
            _score(ctx, t, None)
    headline = st.container(border=True)
    k, must, never = _wishes(ctx, run, t)
    wished = ("choice", k, *must, "never", *never)
    selection = worked_out(ctx, wished, lambda: preview_choice(ctx, run, k, must, never), run, ctx.policy)
    with headline:
        _headline(run, selection, t)
    subject = ("county", run.id, t("app.code"), *selection.codes)
    twin = Twin(RANKED, tuple(h.table["township_code"]))
    show_map(subject, lambda: county_map(ctx.region, h, selection, t), t, MAP_HEIGHT, twin)
    picked = _ranking(ctx, run, selection, t)
    explained = _explained(ctx, run)
    show_portrait(ctx, run, _township(h.table, picked, t), explained, t)
    st.fragment(_sections)(ctx, run, k, explained, t)
    _rerun(ctx, run, t)


def _township(table: pd.DataFrame, picked: int | None, t: Translate) -> pd.Series:
    """The row of the township to portray: picked in the ranking just now, or in the address and the list."""
    codes = table["township_code"].tolist()
    if picked is not None and picked != st.session_state.get(PICKED):
        write("township", codes[picked])
    st.session_state[PICKED] = picked
    names = table.set_index("township_code")["name"]
    return table.iloc[codes.index(choose("township", t("column.name"), codes, names.__getitem__, t))]


def _sections(ctx: Context, run: ScoreRun, k: int, explained: Explanation, t: Translate) -> None:
    """What stands behind the ranking, a tab for each question; it is worked out when its tab is opened."""
    told: dict[str, Callable[[], None]] = {
        "parts": lambda: _parts_and_mix(ctx, run, explained, t),
        "past": lambda: show_backtest(_tested(ctx, run, k, t), t),
        "weights": lambda: show_weights(ctx, run, k, bool(tabs[list(told).index("weights")].open), t),
        "crowds": lambda: _crowds(run, explained, t),
        "trends": lambda: show_trends_and_kinds(run, explained, t),
        "elsewhere": lambda: _out_of_field(run, t),
    }
    tabs = st.tabs([t(f"section.{name}") for name in told], key=f"{OPEN_SECTION}_{t('app.code')}", on_change="rerun")
    for tab, (name, show_it) in zip(tabs, told.items(), strict=True):
        if tab.open or name == "weights":
            with tab:
                show_it()


def _parts_and_mix(ctx: Context, run: ScoreRun, explained: Explanation, t: Translate) -> None:
    _parts(ctx, run, t)
    show_mix(explained, t)
    st.caption(t("hotspots.fairness"))


def _crowds(run: ScoreRun, explained: Explanation, t: Translate) -> None:
    show_crowds(run, explained, t)
    show_villages(run, t)


def _explained(ctx: Context, run: ScoreRun) -> Explanation:
    return worked_out(ctx, ("explained", latest_import(ctx)), lambda: explain_score(ctx, run), run, ctx.policy)


def _tested(ctx: Context, run: ScoreRun, k: int, t: Translate) -> Backtest | None:
    with st.spinner(t("stage.backtest")):
        asked = ("tested", k, latest_import(ctx))
        return worked_out(ctx, asked, lambda: backtest_score(ctx, run, k), run, ctx.policy)


def _first_run(ctx: Context, t: Translate) -> None:
    nothing_yet(t("hotspots.empty"), "import", t)
    if st.button(t("hotspots.run"), type="primary"):
        _score(ctx, t, None)


def _score(ctx: Context, t: Translate, as_of: date | None) -> None:
    with st.spinner(t("stage.score")):
        score(ctx, ScoreRequest(as_of=as_of))
    st.rerun()


def _wishes(ctx: Context, run: ScoreRun, t: Translate) -> tuple[int, list[str], list[str]]:
    names = dict(zip(run.hotspots.table["township_code"], run.hotspots.table["name"], strict=True))
    with st.expander(t("hotspots.wishes")):
        k = st.number_input(t("plan.townships"), 1, len(names), min(ctx.policy.sweep.townships, len(names)))
        must = st.multiselect(t("plan.must"), list(names), format_func=names.__getitem__, placeholder=t("plan.any"))
        never = st.multiselect(t("plan.never"), list(names), format_func=names.__getitem__, placeholder=t("plan.any"))
    return int(k), must, never


def _headline(run: ScoreRun, selection: Selection, t: Translate) -> None:
    """The choice, to be read out in a meeting."""
    names = run.hotspots.table.set_index("township_code")["name"]
    st.markdown("#### " + t("hotspots.headline", names="、".join(names[code] for code in selection.codes)))
    st.markdown("\n".join(f"- {t(f'reason.{c.reason}', **dict(c.params))}" for c in selection.choices))


def _parts(ctx: Context, run: ScoreRun, t: Translate) -> None:
    """Bars of the parts that add up to the score, hottest first."""
    st.caption(t("hotspots.parts_help"))
    show_chart(ctx, ("parts", t("app.code")), lambda: _bars(run, t), run)


def _bars(run: ScoreRun, t: Translate) -> alt.Chart:
    table = run.hotspots.table.sort_values("rank")
    labels = [t(f"column.{part}") for part in PARTS]
    bars = pd.concat(
        [
            pd.DataFrame({"name": table["name"], "part": label, "place": place, "points": table[part]})
            for place, (part, label) in enumerate(zip(PARTS, labels, strict=True))
        ]
    ).astype({"name": object, "part": object})
    chart: alt.Chart = (
        alt.Chart(bars, height=BARS_HEIGHT)
        .mark_bar()
        .encode(
            y=alt.Y("name:N", sort=table["name"].tolist(), title=None, axis=alt.Axis(labelOverlap=False)),
            x=alt.X("points:Q", title=t("column.score")),
            color=alt.Color(
                "part:N",
                sort=labels,
                scale=alt.Scale(domain=labels, range=PART_COLOURS),
                legend=alt.Legend(orient="top", title=None, columns=4),
            ),
            order=alt.Order("place:O"),
            tooltip=[
                alt.Tooltip("name:N", title=t("column.name")),
                alt.Tooltip("part:N", title=t("hotspots.part")),
                alt.Tooltip("points:Q", title=t("column.score"), format=".1f"),
            ],
        )
    )
    return chart


RANKING = {
    "rank": WHOLE, "name": TEXT, "chosen": TEXT, "score": POINTS, "p_top": PERCENT, "tie_group": WHOLE,
    "expected_filings": POINTS, "interval": TEXT, "open_cases": WHOLE, "workable_cases": WHOLE, "workable_yuan": WHOLE,
    "livelihood_cases": WHOLE, "median_age_days": WHOLE, "claimed_yuan": WHOLE, "density_per_km2": "%.2f",
    "filings_last_year": WHOLE, "filings_year_before": WHOLE, "terminated_share": PERCENT,
}  # fmt: skip


def _ranking(ctx: Context, run: ScoreRun, selection: Selection, t: Translate) -> int | None:
    """The table twin of the map; the number of the row picked, if any."""
    st.subheader(t("hotspots.ranking"))
    st.caption(t("hotspots.pick", k=run.hotspots.k))
    shown = worked_out(ctx, ("ranking",), lambda: _ranked(run, selection), run, selection)
    return next(iter(pick(shown, RANKING, t, RANKED)), None)


def _ranked(run: ScoreRun, selection: Selection) -> pd.DataFrame:
    table = run.hotspots.table
    return table.assign(
        chosen=table["township_code"].isin(selection.codes).map({True: "✓", False: ""}),
        p_top=100 * table["p_top"],
        terminated_share=100 * table["terminated_share"],
        interval=[f"{row.filings_low:.0f}–{row.filings_high:.0f}" for row in table.itertuples()],
        workable_yuan=(table["workable_fen"] / FEN_PER_YUAN).round(),
        claimed_yuan=(table["claimed_fen"] / FEN_PER_YUAN).round(),
    )


def _out_of_field(run: ScoreRun, t: Translate) -> None:
    """Cases that no visit can solve, by reason: they go elsewhere, they are not forgotten."""
    st.markdown(t("hotspots.out_of_field", count=len(run.out_of_field)))
    listed = run.out_of_field.assign(reason=run.out_of_field["reason"].map(lambda r: t(f"out_of_field.{r}")))
    counts = listed["reason"].value_counts().rename("cases").reset_index()
    grid(counts, {"reason": TEXT, "cases": WHOLE}, t, "out_of_field_counts")
    grid(listed, {"case_id": TEXT, "reason": TEXT}, t, "out_of_field", height=LIST_HEIGHT)


def _rerun(ctx: Context, run: ScoreRun, t: Translate) -> None:
    with st.expander(t("hotspots.again")):
        as_of = st.date_input(t("hotspots.as_of"), run.hotspots.as_of.date())
        if st.button(t("hotspots.run")):
            _score(ctx, t, as_of)
