"""A page that has nothing to show yet: what is missing, and the way there."""

from html import escape

import streamlit as st

from planner.i18n import Translate

OPEN_PAGES = "open_pages"
"""Where a page's session holds the names of the pages that its person may open."""


def nothing_yet(words: str, to: str, t: Translate) -> None:
    """Say what is missing, and link to the page where it comes from, if this person may open it."""
    st.info(words, icon=":material/info:")
    if to in st.session_state.get(OPEN_PAGES, ()):
        told = escape(t("access.go_to", page=t(f"page.{to}")))
        st.html(f'<a class="take plain" href="/{to}?lang={t("app.code")}" target="_self">{told} →</a>')
