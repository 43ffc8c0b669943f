"""The pages' own gate before :mod:`benchmarks.screens_page`; served by :mod:`benchmarks.screens`."""

import streamlit as st

from planner.ui.door import middleware, routes

app = st.App("screens_page.py", routes=routes(), middleware=middleware())
