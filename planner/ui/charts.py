"""Charts of things that never change: built once, drawn at each run."""

import json
from collections.abc import Callable, Hashable

import altair as alt
import streamlit as st

from planner.bootstrap import Context
from planner.usecases.remembered import worked_out


def show_chart(ctx: Context, what: tuple[Hashable, ...], build: Callable[[], alt.Chart], *of: object) -> None:
    """As wide as its place; ``what`` and ``of`` as in :func:`planner.usecases.remembered.worked_out`."""
    spec = worked_out(ctx, ("chart", *what), lambda: build().to_json(indent=None), *of)
    st.vega_lite_chart(json.loads(spec), width="stretch")
