"""This installation, opened once for all sessions of the pages, and the shelf of files that they offer."""

import os

import streamlit as st

from planner import bootstrap
from planner.bootstrap import Context
from planner.settings import read_settings
from planner.ui.shelf import Shelf


@st.cache_resource(show_spinner=False, on_release=lambda ctx: ctx.engine.dispose())
def context() -> Context:
    """Its actor may nothing: whoever uses it puts the person in who is signed in."""
    return bootstrap.nobodys(bootstrap.build_context(read_settings(os.environ)))


@st.cache_resource(show_spinner=False)
def shelf() -> Shelf:
    return Shelf()
