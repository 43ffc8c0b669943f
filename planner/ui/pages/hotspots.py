"""画像与重症区: which townships are hot, how sure that is, and why."""

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
from planner.ui.frames import show_map
from planner.ui.grids import PERCENT, POINTS, WHOLE, column, grid
from planner.usecases.score import ScoreRequest, latest, preview_choice, score

PART_COLOURS = ["#0072B2", "#E69F00", "#CC79A7", "#999999"]


def show(ctx: Context, t: Translate) -> None:
    st.title(t("page.hotspots"))
    run = latest(ctx)
    if run is None:
        st.info(t("hotspots.empty"), icon=":material/info:")
        if st.button(t("hotspots.run"), type="primary"):
            with st.spinner(t("stage.score")):
                score(ctx)
            st.rerun()
        return
    h = run.hotspots
    st.caption(t("hotspots.basis", as_of=f"{h.as_of:%Y-%m-%d}", days=h.horizon_days, scorer=h.scorer))
    k, must, never = _wishes(ctx, run, t)
    selection = preview_choice(ctx, run, k, must, never)
    _headline(run, selection, t)
    map_side, list_side = st.columns([3, 2])
    with map_side:
        subject = ("county", run.id, t("app.language"), *selection.codes)
        show_map(subject, lambda: county_map(ctx.region, h, selection, t), t, height=620)
        if ctx.region.schematic:
            st.caption(t("map.schematic"))
    with list_side:
        _parts(run, t)
    picked = _ranking(run, t)
    if picked is not None:
        _profile(run, h.table.iloc[picked], t)
    _clusters(run, t)
    _out_of_field(run, t)
    _rerun(ctx, run, t)


def _wishes(ctx: Context, run: ScoreRun, t: Translate) -> tuple[int, list[str], list[str]]:
    names = dict(zip(run.hotspots.table["township_code"], run.hotspots.table["name"], strict=True))
    with st.expander(t("hotspots.wishes")):
        k = st.number_input(t("plan.townships"), 1, len(names), min(ctx.policy.sweep.townships, len(names)))
        must = st.multiselect(t("plan.must"), list(names), format_func=names.__getitem__)
        never = st.multiselect(t("plan.never"), list(names), format_func=names.__getitem__)
    return int(k), must, never


def _headline(run: ScoreRun, selection: Selection, t: Translate) -> None:
    """The choice, to be read out in a meeting."""
    with st.container(border=True):
        names = run.hotspots.table.set_index("township_code")["name"]
        st.markdown("#### " + t("hotspots.headline", names="、".join(names[code] for code in selection.codes)))
        st.markdown("\n".join(f"- {t(f'reason.{c.reason}', **dict(c.params))}" for c in selection.choices))


def _parts(run: ScoreRun, t: Translate) -> None:
    """Bars of the parts that add up to the score, and the chance to be among the first k."""
    table = run.hotspots.table
    labels = [t(f"column.{part}") for part in PARTS]
    long = table.melt(["name", "rank"], list(PARTS), "part", "points").assign(
        part=lambda rows: rows["part"].map(dict(zip(PARTS, labels, strict=True))).astype(object),
        name=lambda rows: rows["name"].astype(object),
    )
    order = table.sort_values("rank")["name"].tolist()
    chart = (
        alt.Chart(long)
        .mark_bar()
        .encode(
            y=alt.Y("name:N", sort=order, title=None),
            x=alt.X("points:Q", title=t("column.score")),
            color=alt.Color(
                "part:N",
                sort=labels,
                scale=alt.Scale(domain=labels, range=PART_COLOURS),
                legend=alt.Legend(orient="bottom", title=None, columns=2),
            ),
            order=alt.Order("part:N", sort="ascending"),
            tooltip=["name", "part", alt.Tooltip("points:Q", format=".1f")],
        )
        .properties(height=560)
    )
    st.altair_chart(chart, width="stretch")


def _ranking(run: ScoreRun, t: Translate) -> int | None:
    st.subheader(t("hotspots.ranking"))
    table = run.hotspots.table.assign(
        workable_yuan=run.hotspots.table["workable_fen"] / FEN_PER_YUAN,
        interval=[f"{r.filings_low:.0f}–{r.filings_high:.0f}" for r in run.hotspots.table.itertuples()],
    )
    kinds = {
        "rank": WHOLE, "name": None, "score": POINTS, "p_top": PERCENT, "tie_group": WHOLE, "expected_filings": POINTS,
        "interval": None, "open_cases": WHOLE, "workable_cases": WHOLE, "workable_yuan": "localized",
        "livelihood_cases": WHOLE, "median_age_days": WHOLE, "density_per_km2": "%.2f",
        "filings_last_year": WHOLE, "filings_year_before": WHOLE, "terminated_share": PERCENT,
    }  # fmt: skip
    table["workable_yuan"] = table["workable_yuan"].round()
    config = {name: column(t, name, kind) for name, kind in kinds.items()}
    st.caption(t("hotspots.pick"))
    return grid(table, config, "ranking", pick=True)


def _profile(run: ScoreRun, row: pd.Series, t: Translate) -> None:
    """One township's portrait."""
    with st.container(border=True):
        st.markdown(f"#### {row['name']}")
        shown = {
            "open_cases": f"{row['open_cases']:,}",
            "claimed_yuan": f"{row['claimed_fen'] / FEN_PER_YUAN:,.0f}",
            "median_age_days": f"{row['median_age_days']:.0f}",
            "livelihood_cases": f"{row['livelihood_cases']:,}",
        }
        for place, (name, value) in zip(st.columns(len(shown)), shown.items(), strict=True):
            place.metric(t(f"column.{name}"), value, help=t(f"explain.{name}"))
        change = int(row["filings_last_year"] - row["filings_year_before"])
        st.markdown(
            t("hotspots.trend", now=row["filings_last_year"], before=row["filings_year_before"], change=f"{change:+d}")
        )
        clusters = run.hotspots.clusters
        own = clusters[clusters["township_code"] == row["township_code"]]
        told = "；".join(f"{c.label}（{c.cases}）" for c in own.itertuples())
        st.markdown(t("hotspots.own_clusters", clusters=told) if told else t("hotspots.no_clusters"))


def _clusters(run: ScoreRun, t: Translate) -> None:
    with st.expander(t("hotspots.clusters", count=len(run.hotspots.clusters))):
        st.caption(t("hotspots.clusters_help"))
        names = run.hotspots.table.set_index("township_code")["name"]
        clusters = run.hotspots.clusters.assign(township=run.hotspots.clusters["township_code"].map(names)).sort_values(
            "cases", ascending=False
        )
        config = {
            "township": column(t, "township"),
            "label": column(t, "label"),
            "cases": column(t, "cases", WHOLE),
            "radius_m": column(t, "radius_m", "%.0f"),
            "persistence": column(t, "persistence", "%.2f"),
        }
        grid(clusters, config, "clusters")


def _out_of_field(run: ScoreRun, t: Translate) -> None:
    with st.expander(t("hotspots.out_of_field", count=len(run.out_of_field))):
        counts = run.out_of_field["reason"].value_counts()
        counts.index = pd.Index([t(f"out_of_field.{reason}") for reason in counts.index], name=t("column.reason"))
        st.dataframe(counts.rename(t("cli.cases")).reset_index(), hide_index=True)
        listed = run.out_of_field.assign(reason=run.out_of_field["reason"].map(lambda r: t(f"out_of_field.{r}")))
        grid(listed, {name: column(t, name) for name in ("case_id", "reason")}, "out_of_field", height=240)


def _rerun(ctx: Context, run: ScoreRun, t: Translate) -> None:
    with st.expander(t("hotspots.again")):
        as_of: date | None = st.date_input(t("hotspots.as_of"), run.hotspots.as_of.date())
        if st.button(t("hotspots.run")):
            with st.spinner(t("stage.score")):
                score(ctx, ScoreRequest(as_of=as_of))
            st.rerun()
