import streamlit as st

from planner.ui.door import lifespan, middleware, routes
from planner.ui.words import show_fault

app = st.App(
    "planner/ui/door/script.py", lifespan=lifespan, routes=routes(), middleware=middleware(), on_script_error=show_fault
)
