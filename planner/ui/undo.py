"""What was just done on a page, and the button that takes it back."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from planner.bootstrap import Context
from planner.errors import PlannerError
from planner.i18n import Translate
from planner.ui.words import show_error

Undo = Callable[[Context], None]


@dataclass(frozen=True)
class Done:
    """``words``: Markdown; ``back``: the use case that takes it back, if it can be; ``well``: else it is a warning."""

    words: str
    back: Undo | None = None
    well: bool = True


def done(page: str, words: str, back: Undo | None = None, well: bool = True) -> None:
    """Remember what was done on a page, and draw the page again, with the way back on it."""
    st.session_state[_key(page)] = Done(words, back, well)
    st.rerun()


def show_done(ctx: Context, page: str, t: Translate) -> None:
    """The last thing done on this page in this session. It stays until the next is done or it is taken back."""
    said: Done | None = st.session_state.get(_key(page))
    if said is None:
        return
    if said.back is None:
        del st.session_state[_key(page)]
        _tell(said)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        _tell(said)
        takes_back = st.button(t("access.undo"), key=f"undo_{page}", icon=":material/undo:", width="content")
    if takes_back:
        try:
            said.back(ctx)
        except PlannerError as error:
            del st.session_state[_key(page)]
            show_error(error, t)
            return
        done(page, t("access.undone", words=said.words))


def _tell(said: Done) -> None:
    (st.success if said.well else st.warning)(said.words, icon=":material/check_circle:" if said.well else None)


def _key(page: str) -> str:
    return f"done_{page}"
