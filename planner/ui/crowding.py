"""Where cases crowd: groups of adjoining townships, and villages inside a township."""

import streamlit as st

from planner.i18n import Translate
from planner.model.score_run import ScoreRun
from planner.ui.grids import PERCENT, TEXT, WHOLE, grid
from planner.usecases.explain import Explanation

LIST_HEIGHT = 280
RATE, Z = "%.2f", "%.1f"
LEAST_P = 0.001
"""999 random maps tell no less."""


def show_crowds(run: ScoreRun, explained: Explanation, t: Translate) -> None:
    """Groups of townships in sentences, each township's signs in a table, who is a neighbour over water."""
    names = run.hotspots.table.set_index("township_code")["name"]
    st.caption(t("crowds.help"))
    if not explained.crowds:
        st.markdown(t("crowds.none"))
    for crowd in explained.crowds:
        st.markdown(
            "- "
            + t(
                "crowds.crowd",
                names="、".join(names[code] for code in crowd.township_codes),
                filings=f"{crowd.filings:,}",
                expected=f"{crowd.expected:,.0f}",
                times=f"{crowd.relative_rate:.1f}",
                p=_chance(crowd.p, t),
            )
        )
    over_water = [
        t("crowds.link", a=names[a], b=names[b], kind=t(f"neighbour.{kind}"))
        for a, b, kind in explained.pairs.astype(str).to_numpy().tolist()
        if kind != "border"
    ]
    if over_water:
        st.caption(t("crowds.links", links="；".join(over_water)))
    table = explained.townships.assign(
        name=explained.townships["township_code"].map(names),
        gi=[t(f"gi.{call or 'none'}") for call in explained.townships["gi"]],
        moran=[t(f"moran.{call or 'none'}") for call in explained.townships["moran"]],
    ).sort_values("relative_rate", ascending=False)
    grid(table, {"name": TEXT, "relative_rate": RATE, "gi": TEXT, "gi_z": Z, "moran": TEXT}, t, "around")


def _chance(p: float, t: Translate) -> str:
    return t("crowds.p_least") if p <= LEAST_P else f"{100 * p:.1f} %"


def show_villages(run: ScoreRun, t: Translate) -> None:
    """Clusters inside townships."""
    clusters, points = run.hotspots.clusters, run.hotspots.points
    st.markdown("##### " + t("hotspots.clusters", count=len(clusters)))
    st.caption(t("hotspots.clusters_help"))
    if clusters.empty:
        st.markdown(t("hotspots.no_clusters"))
        return
    names = run.hotspots.table.set_index("township_code")["name"]
    within = points["township_code"].value_counts()
    listed = clusters.assign(
        township=clusters["township_code"].map(names),
        share_of_township=100 * clusters["cases"] / clusters["township_code"].map(within).astype(float),
    ).sort_values("cases", ascending=False)
    kinds = {
        "township": TEXT, "label": TEXT, "cases": WHOLE, "share_of_township": PERCENT, "radius_m": "%.0f",
        "persistence": "%.2f",
    }  # fmt: skip
    grid(listed, kinds, t, "clusters", height=LIST_HEIGHT)
