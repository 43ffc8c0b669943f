"""Questions to a plan: why is a visit not on it, what would more squads, days or townships bring?"""

import streamlit as st

from planner.bootstrap import Context
from planner.errors import PlannerError
from planner.i18n import Translate
from planner.ui.folds import folded
from planner.ui.words import show_error
from planner.usecases.findings import what_if_sentence, why_not_sentence
from planner.usecases.remembered import worked_out
from planner.usecases.show import PlanView
from planner.usecases.what_if import what_if, why_not

MOST_LISTED = 200


def show_questions(ctx: Context, view: PlanView, t: Translate) -> None:
    """Two questions, each answered by a sentence."""
    with folded(t("question.title"), "questions_open", ":material/help:", keeps=True) as drawn:
        if not drawn:
            return
        left, right = st.columns(2)
        with left:
            _what_if(ctx, view, t)
        with right:
            _why_not(ctx, view, t)


def _what_if(ctx: Context, view: PlanView, t: Translate) -> None:
    st.markdown("##### " + t("question.what_if"))
    bases = {base.id: base.name for base in ctx.region.bases}
    chosen = {code for code, _ in view.plan.selection}
    others = {code: name for code, name in view.township_names.items() if code not in chosen}
    base = st.selectbox(t("question.base"), [None, *bases], format_func=lambda b: bases[b] if b else "—")
    township = st.selectbox(t("question.township"), [None, *others], format_func=lambda c: others[c] if c else "—")
    days = st.number_input(t("question.days"), 0, 2, 0, help=t("question.days_help"))
    if st.button(t("question.ask"), disabled=not (base or township or days), key="ask_what_if"):
        try:
            with st.spinner(t("question.working")):
                answer = what_if(ctx, view.plan.id, base, township, int(days))
        except PlannerError as error:
            show_error(error, t)
            return
        st.info(what_if_sentence(answer, t), icon=":material/calculate:")


def _why_not(ctx: Context, view: PlanView, t: Translate) -> None:
    st.markdown("##### " + t("question.why_not"))
    labels = worked_out(ctx, ("left out", t("app.code")), lambda: _left_out(view, t), view)
    st.caption(t("question.listed", listed=len(labels), of=f"{len(view.plan.unserved):,}"))
    visit = st.selectbox(t("question.which"), list(labels), index=None, format_func=labels.__getitem__, placeholder="—")
    if visit is None:
        return
    with st.spinner(t("question.working")):
        answer = why_not(ctx, view.plan.id, visit)
    cases = dict(zip(view.visits["visit_id"], view.visits["case_ids"].str.split(";").str[0], strict=True))
    st.info(why_not_sentence(answer, cases, view.squad_names, t), icon=":material/info:")


def _left_out(view: PlanView, t: Translate) -> dict[str, str]:
    """Visits not on the plan, those of the highest prize first: id -> case and prize."""
    prize = view.visits.set_index("visit_id")[["prize", "case_ids"]]
    unserved = prize.loc[[u.visit_id for u in view.plan.unserved]].sort_values("prize", ascending=False)
    return {
        str(visit): t("question.visit", case=str(row["case_ids"]).split(";")[0], prize=row["prize"])
        for visit, row in unserved.head(MOST_LISTED).iterrows()
    }
