"""Where cases crowd: groups of adjoining townships, and villages inside a township."""

import streamlit as st

from planner.i18n import Translate
from planner.model.score_run import ScoreRun
from planner.ui.grids import PERCENT, TEXT, WHOLE, grid
from planner.usecases.explain import Explanation
from planner.usecases.findings import crowd_lines, links_sentence, township_rows

LIST_HEIGHT = 280
RATE, Z = "%.2f", "%.1f"


def show_crowds(run: ScoreRun, explained: Explanation, t: Translate) -> None:
    """Groups of townships in sentences, each township's signs in a table, who is a neighbour over water."""
    names = run.hotspots.table.set_index("township_code")["name"]
    st.caption(t("crowds.help"))
    st.markdown("\n".join(f"- {line}" for line in crowd_lines(explained, names, t)))
    if links := links_sentence(explained, names, t):
        st.caption(links)
    table = township_rows(run, explained, t).sort_values("relative_rate", ascending=False)
    grid(table, {"name": TEXT, "relative_rate": RATE, "gi": TEXT, "gi_z": Z, "moran": TEXT}, t, "around")


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
