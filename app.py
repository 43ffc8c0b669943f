import streamlit as st

from planner.ui.door import middleware, routes
from planner.ui.words import show_fault

app = st.App("planner/ui/door/script.py", routes=routes(), middleware=middleware(), on_script_error=show_fault)
