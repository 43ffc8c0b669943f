"""Parts of a page that are folded up, and cost nothing until somebody opens them."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st


@contextmanager
def folded(
    label: str, key: str, icon: str | None = None, keeps: bool = False, expanded: bool = False
) -> Iterator[bool]:
    """A part that is drawn where this says so: once it is open.

    Args:
        key: ``<what>_open``: where the session's state says whether it is.
        keeps: it holds a form; from its first opening on it is drawn, lest folding it up throws away what was typed.
    """
    with st.expander(label, expanded=expanded, icon=icon, key=key, on_change="rerun") as part:
        seen = f"{key}ed"
        if part.open and keeps:
            st.session_state[seen] = True
        yield bool(part.open) or (keeps and seen in st.session_state)
