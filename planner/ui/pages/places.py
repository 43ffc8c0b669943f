"""定位复核: debtors whose place is in doubt, one after the other; one key decides."""

from functools import partial
from html import escape

import pandas as pd
import streamlit as st

from planner.bootstrap import Context
from planner.files.maps.places import Choice, choices_map
from planner.i18n import Translate
from planner.model.place import Candidate
from planner.ui.frames import show_map
from planner.ui.grids import PERCENT, TEXT, WHOLE, grid
from planner.ui.words import literal
from planner.usecases.placing import Decision, PlacingQuestion, decide_place, placing_question, placing_queue

OPEN, AT, MADE, ASKED, TEACH = (f"places_{name}" for name in ("open", "at", "made", "asked", "teach"))
MOST_LISTED = 500
LIST_HEIGHT = 320
OUTSIDE_KEY, SKIP_KEY, BACK_KEY, UNDO_KEY, TEACH_KEY = "0", "s", "b", "u", "t"


def show(ctx: Context, t: Translate) -> None:
    st.title(t("page.places"))
    st.write(t("places.lead", below=f"{100 * ctx.policy.gazetteer.queue_below:.0f}"))
    queue = placing_queue(ctx)
    if queue.empty:
        st.success(t("places.empty"), icon=":material/check_circle:")
        _undo(ctx, t)
        return
    if not st.session_state.get(OPEN):
        if st.button(t("places.open"), type="primary", icon=":material/keyboard:"):
            st.session_state[OPEN] = True
            st.rerun()
        st.caption(t("places.open_help"))
        _list(ctx, queue, t)
        return
    at = min(st.session_state.get(AT, 0), len(queue) - 1)
    row = queue.iloc[at]
    question = _question(ctx, str(row["case_id"]), int(row["party_no"]))
    left, right = st.columns([5, 6], gap="large")
    with left:
        _asked(ctx, question, at, len(queue), t)
        _choices(ctx, question, t)
        _moves(ctx, at, len(queue), t)
        _elsewhere(ctx, question, t)
    with right:
        _map(ctx, question, t)
    with st.expander(t("places.list", count=f"{len(queue):,}")):
        _list(ctx, queue, t)


def _question(ctx: Context, case_id: str, party_no: int) -> PlacingQuestion:
    """Asked once for each debtor that comes up: every asking is a look at a name, and audited."""
    key = (case_id, party_no, len(st.session_state.get(MADE, [])))
    if ASKED not in st.session_state or st.session_state[ASKED][0] != key:
        st.session_state[ASKED] = (key, placing_question(ctx, case_id, party_no))
        st.session_state[TEACH] = False
    question: PlacingQuestion = st.session_state[ASKED][1]
    return question


def _asked(ctx: Context, question: PlacingQuestion, at: int, count: int, t: Translate) -> None:
    st.caption(t("places.at", at=at + 1, count=f"{count:,}"))
    st.markdown(f"#### {literal(question.debtor)}")
    st.caption(t("places.cases", case=question.case_id, count=question.cases))
    matched = question.matched
    for kind, text in question.addresses.items():
        st.html(f"<div class='address'><small>{t(f'field.{kind}')}</small><br>{_marked(text, matched)}</div>")
    if not question.addresses:
        st.caption(t("places.no_address"))
    guess = _name(ctx, question.township_code, question.village_code, t)
    sure = f"{100 * question.confidence:.0f}"
    st.caption(t("places.guess", place=guess, method=t(f"method.{question.method}"), sure=sure))


def _choices(ctx: Context, question: PlacingQuestion, t: Translate) -> None:
    """One button, and one key, for each place on offer."""
    for n, (key, candidate) in enumerate(_keyed(question), 1):
        place = _name(ctx, candidate.township_code, candidate.village_code, t)
        label = place if candidate.township_code else t("places.outside")
        words = t("places.choice", place=label, percent=f"{100 * candidate.probability:.0f}")
        if st.button(
            words, key=f"choice_{n}", shortcut=key, width="stretch", type="primary" if n == 1 else "secondary"
        ):
            _decide(ctx, question, candidate.township_code, candidate.village_code, t)
    if all(candidate.township_code is not None for candidate in question.candidates) and st.button(
        t("places.outside"), key="choice_outside", shortcut=OUTSIDE_KEY, width="stretch"
    ):
        _decide(ctx, question, None, None, t)
    if question.alias:
        teach = st.session_state.get(TEACH, False)
        words = t("places.teaching" if teach else "places.teach", name=question.alias)
        if st.button(words, key="teach", shortcut=TEACH_KEY, icon=":material/school:", help=t("places.teach_help")):
            st.session_state[TEACH] = not teach
            st.rerun()


def _keyed(question: PlacingQuestion) -> list[tuple[str, Candidate]]:
    """The places on offer by their key: digits for those in the county, in order."""
    digits = iter("123456789")
    return [(next(digits) if c.township_code else OUTSIDE_KEY, c) for c in question.candidates]


def _moves(ctx: Context, at: int, count: int, t: Translate) -> None:
    with st.container(horizontal=True):
        if st.button(t("places.back"), shortcut=BACK_KEY, disabled=at == 0):
            st.session_state[AT] = at - 1
            st.rerun()
        if st.button(t("places.skip"), shortcut=SKIP_KEY, disabled=at + 1 >= count):
            st.session_state[AT] = at + 1
            st.rerun()
        _undo(ctx, t)
        if st.button(t("places.close")):
            st.session_state[OPEN] = False
            st.rerun()


def _undo(ctx: Context, t: Translate) -> None:
    """Take the last decision of this session back."""
    made: list[Decision] = st.session_state.get(MADE, [])
    if st.button(t("places.undo"), shortcut=UNDO_KEY, disabled=not made, icon=":material/undo:"):
        last = made[-1]
        decide_place(ctx, Decision(last.case_id, last.party_no, withdrawn=True))
        st.session_state[MADE] = made[:-1]
        st.session_state.pop(ASKED, None)
        st.toast(t("places.undone"))
        st.rerun()


def _decide(ctx: Context, question: PlacingQuestion, township: str | None, village: str | None, t: Translate) -> None:
    alias = question.alias if st.session_state.get(TEACH) and township else None
    decision = Decision(question.case_id, question.party_no, township, village, alias)
    moved = decide_place(ctx, decision)
    st.session_state[MADE] = [*st.session_state.get(MADE, []), decision]
    st.session_state.pop(ASKED, None)
    place = _name(ctx, township, village, t)
    st.toast(t("places.decided", debtor=literal(question.debtor), place=place, count=moved))
    st.rerun()


def _elsewhere(ctx: Context, question: PlacingQuestion, t: Translate) -> None:
    """A place that is not on offer."""
    with st.expander(t("places.elsewhere")):
        names = ctx.region.township_names
        code = st.selectbox(
            t("column.township"), list(names), index=None, format_func=names.__getitem__, placeholder=t("places.pick")
        )
        of_township = ctx.region.villages[ctx.region.villages["township_code"] == (code or "")]
        villages = dict(zip(of_township["code"], of_township["name"], strict=True))
        village = st.selectbox(
            t("column.village"),
            list(villages),
            index=None,
            format_func=villages.__getitem__,
            placeholder=t("places.no_village"),
        )
        if st.button(t("places.decide"), disabled=code is None):
            _decide(ctx, question, code, village, t)


def _map(ctx: Context, question: PlacingQuestion, t: Translate) -> None:
    points = _points(ctx, question, t)
    codes = tuple(c.township_code for c in question.candidates if c.township_code)
    subject = ("places", t("app.code"), *(f"{c.key} {c.lon} {c.lat}" for c in points))
    show_map(subject, partial(choices_map, ctx.region, points, codes, t), t)


def _points(ctx: Context, question: PlacingQuestion, t: Translate) -> list[Choice]:
    villages, townships = ctx.region.villages, ctx.region.townships
    places = {
        str(code): (float(lon), float(lat))
        for table, x, y in ((villages, "lon", "lat"), (townships, "seat_lon", "seat_lat"))
        for code, lon, lat in zip(table["code"], table[x], table[y], strict=True)
    }
    points = []
    for key, candidate in _keyed(question):
        if candidate.township_code is None:
            continue
        lon, lat = places[candidate.village_code or candidate.township_code]
        name = _name(ctx, candidate.township_code, candidate.village_code, t)
        points.append(Choice(key, lon, lat, (name,)))
    return points


def _list(ctx: Context, queue: pd.DataFrame, t: Translate) -> None:
    """The table twin: what waits, without names."""
    names = ctx.region.township_names
    shown = queue.head(MOST_LISTED).assign(
        township=queue["township_code"].map(names).fillna("—"),
        method=queue["method"].map(lambda method: t(f"method.{method}")),
        confidence=100 * queue["confidence"],
        claimed_yuan=queue["claimed_fen"].astype("float64") / 100,
    )
    kinds = {
        "case_id": TEXT,
        "cases": WHOLE,
        "claimed_yuan": WHOLE,
        "township": TEXT,
        "method": TEXT,
        "confidence": PERCENT,
    }
    grid(shown, kinds, t, "places_queue", height=LIST_HEIGHT if len(shown) > 8 else "content")


def _name(ctx: Context, township: object, village: object, t: Translate) -> str:
    if not isinstance(township, str):
        return t("places.nowhere")
    villages = ctx.region.village_names
    of_village = str(villages[village]) if isinstance(village, str) else t("places.village_unknown")
    return f"{ctx.region.township_name(township)} {of_village}"


def _marked(text: str, matched: object) -> str:
    """The address, with the piece that decided made bold. Escaped: it comes from a register."""
    safe = escape(text)
    return safe.replace(escape(matched), f"<b>{escape(matched)}</b>") if isinstance(matched, str) and matched else safe
