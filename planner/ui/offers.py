"""Links to files that are made when they are taken, for whoever is signed in then."""

from collections.abc import Callable
from html import escape

import streamlit as st

from planner.bootstrap import Context
from planner.ui.installation import shelf
from planner.ui.shelf import SIGN_IN, Offer

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HTML = "text/html; charset=utf-8"


def offer_file(
    label: str, make: Callable[[Context], bytes], name: str, mime: str, key: str, main: bool = False
) -> None:
    """A link that saves a file. ``make`` is given the context of the person who takes it; ``key`` names what it is."""
    address = address_of(key, Offer(make, name, mime))
    kind = "take main" if main else "take"
    st.html(f'<a class="{kind}" href="{address}" download="{escape(name)}" target="_self">{escape(label)}</a>')


def address_of(key: str, offer: Offer) -> str:
    """Where the offer is found by this page's sign-in."""
    return shelf().put(st.session_state.get(SIGN_IN, ""), key, offer)
