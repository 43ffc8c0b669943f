"""A page with a button that shows one map, as the pages show theirs."""

import streamlit as st

from benchmarks.screens_maps import county, province
from planner.i18n import translator
from planner.ui.frames import Twin, show_map
from planner.ui.installation import context
from planner.ui.shelf import SIGN_IN
from planner.ui.shell import COOKIE
from planner.usecases.sign_in import identify

known = identify(context(), st.context.cookies.get(COOKIE, ""))
st.session_state[SIGN_IN] = known.digest if known else ""
areas, cases = int(st.query_params["areas"]), int(st.query_params["cases"])
made = county(cases) if not areas else province(areas, cases)
codes = tuple(thing["ids"][0] for thing in made.document["layers"][0]["things"])
if st.button("show") or st.session_state.get("on"):
    st.session_state["on"] = True
    show_map(("bench", str(areas), str(cases)), lambda: made, translator("zh"), 620, Twin("rows", codes))
    st.button("again")
