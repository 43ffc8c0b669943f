"""Maps in pages: built once per subject and language, shown in a frame."""

import hashlib
from collections.abc import Callable

import folium
import streamlit as st

from planner.files.maps.offline import page
from planner.i18n import Translate
from planner.ui.offers import HTML, address_of
from planner.ui.shelf import Offer

KEPT = 64
"""Built maps kept in memory, about 300 kB each."""


@st.cache_data(max_entries=KEPT, show_spinner=False)
def _page(subject: tuple[str, ...], language: str, _build: Callable[[], folium.Map]) -> str:  # noqa: ARG001 - the key of the cache
    return page(_build(), language)


def show_map(subject: tuple[str, ...], build: Callable[[], folium.Map], t: Translate, height: int = 560) -> None:
    """A map in the page. ``subject`` names what it shows, so that it is built only once."""
    with st.spinner(t("map.loading")):
        text = _page(subject, t("access.tag"), build)
    digest = hashlib.sha256(text.encode()).hexdigest()
    address = address_of(f"map {digest}", Offer(lambda _: text.encode(), "map.html", HTML, inline=True))
    st.iframe(address, height=height, alt=t("map.alt"))
