"""A progress bar in a page."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from planner.i18n import Translate
from planner.model.progress import Progress


@contextmanager
def shown_progress(t: Translate) -> Iterator[Progress]:
    """A bar that is gone when the work is done."""
    bar = st.progress(0.0)

    def listen(stage: str, share: float) -> None:
        bar.progress(min(1.0, max(0.0, share)), t(f"stage.{stage}"))

    try:
        yield listen
    finally:
        bar.empty()
