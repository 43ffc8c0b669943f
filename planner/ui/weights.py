"""What if the parts weighed otherwise? Sliders, the order redrawn, and what holds under every plausible weighing."""

import streamlit as st

from planner.bootstrap import Context
from planner.i18n import Translate
from planner.model.hotspot import PARTS
from planner.model.score_run import ScoreRun
from planner.ui.grids import POINTS, TEXT, WHOLE, grid
from planner.usecases.explain import order_under, over_plausible_weights, policy_weights
from planner.usecases.remembered import worked_out

STEP = 5


@st.fragment
def show_weights(ctx: Context, run: ScoreRun, k: int, in_sight: bool, t: Translate) -> None:
    """A fragment: a slider redraws this part of the page only. Out of sight the sliders alone are drawn, which would
    else forget what they were set to."""
    if in_sight:
        st.markdown(
            worked_out(ctx, ("stability", k, t("app.code")), lambda: _stability(ctx, run, k, t), run, ctx.policy)
        )
    usual = policy_weights(ctx.policy.score)
    st.caption(t("weights.help"))
    columns = st.columns(len(PARTS))
    weights = {
        part: column.slider(
            t(f"column.{part}"), 0, 100, round(100 * usual[part]), STEP, key=f"weight_{part}", help=t(f"explain.{part}")
        )
        for part, column in zip(PARTS, columns, strict=True)
    }
    if not in_sight:
        return
    if not any(weights.values()):
        st.info(t("weights.none"))
        return
    order = order_under(ctx, run, weights)
    told = order.assign(
        chosen=(order["rank"] <= k).map({True: "✓", False: ""}),
        moved=[_moved(before - now) for before, now in zip(order["before"], order["rank"], strict=True)],
    )
    kinds = {"rank": WHOLE, "name": TEXT, "chosen": TEXT, "moved": TEXT, "score": POINTS}
    grid(told, kinds | dict.fromkeys(PARTS, POINTS), t, "reweighted")


def _moved(places: int) -> str:
    return f"▲ {places}" if places > 0 else f"▼ {-places}" if places < 0 else "—"


def _stability(ctx: Context, run: ScoreRun, k: int, t: Translate) -> str:
    found = over_plausible_weights(ctx, run, k)
    names = run.hotspots.table.set_index("township_code")["name"]
    share = found.table.set_index("township_code")["in_top"]

    def named(codes: list[str]) -> str:
        return "、".join(t("weights.share", name=names[code], share=f"{100 * share[code]:.0f}") for code in codes)

    if not found.may_leave and not found.may_enter:
        return t("weights.firm", k=k)
    return t("weights.loose", k=k, leave=named(found.may_leave) or "—", enter=named(found.may_enter) or "—")
