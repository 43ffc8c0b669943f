"""Maps in pages: a document built once per subject and language, drawn by the browser and kept across reruns."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from planner.files.maps.offline import Drawing, packed
from planner.i18n import Translate
from planner.ui.live_map import assets, live_map
from planner.ui.offers import address_of
from planner.ui.shelf import Offer

KEPT = 256
"""Built maps kept in memory, packed: 20 to 500 kB each."""

WORDS = ("failed", "again", "choose", "nothing", "alt")


@dataclass(frozen=True)
class Twin:
    """The table beside a map: a grid of which one row can be picked (:func:`planner.ui.grids.pick`) under ``key``.

    ``ids``: what each of its rows is called on the map (``id`` or ``ids`` of a thing of the document), in order. What
    is picked there is lit on the map, and what is chosen on the map is picked there: the table holds the truth.
    """

    key: str
    ids: tuple[str, ...]

    @property
    def chosen(self) -> str | None:
        """The id of the picked row."""
        rows = st.session_state.get(self.key, {}).get("selection", {}).get("rows", [])
        return self.ids[rows[0]] if rows and rows[0] < len(self.ids) else None

    def choose(self, name: str | None) -> None:
        """Pick the row of an id; of none, or an unknown one, no row. Only before the table is drawn."""
        rows = [self.ids.index(name)] if name in self.ids else []
        st.session_state[self.key] = {"selection": {"rows": rows, "columns": [], "cells": []}}


@st.cache_data(max_entries=KEPT, show_spinner=False)
def _document(subject: tuple[str, ...], _build: Callable[[], Drawing]) -> tuple[str, bytes]:  # noqa: ARG001 - the key
    """Digest and packed document."""
    data = packed(_build())
    return hashlib.sha256(data).hexdigest(), data


def show_map(
    subject: tuple[str, ...],
    build: Callable[[], Drawing],
    t: Translate,
    height: int = 560,
    twin: Twin | None = None,
) -> None:
    """A map in the page.

    The page sends the address of the document and no more; the browser asks for it when the address is new to it.

    Args:
        subject: names what the map shows; whatever the document depends on, the language too, must be in it, for
            it is built only once. Its first part names the place in the page: one map of a page for each.
        build: makes ``draw(document, title)`` of :mod:`planner.files.maps.offline`. Things of the document with
            ``ids`` (for an area, badge or line) can be chosen by click or in the map's own list, if there is a
            ``twin``.
        height: pixels.
        twin: the table that shows the same; draw it after the map.
    """
    with st.spinner(t("map.loading")):
        digest, data = _document(subject, build)
    key = f"map_{subject[0]}"

    def chosen() -> None:
        if twin is not None:
            twin.choose(st.session_state[key].chosen)

    told: dict[str, Any] = {
        "address": address_of(f"map {digest}", Offer(lambda _: data, "map.json", "application/json", kept=digest)),
        "assets": {name: address for name, (address, _, _) in assets().items()},
        "chooses": twin is not None,
        "chosen": twin.chosen if twin else None,
        "view": subject[0],
        "height": height,
        "words": {"loading": t("map.loading")} | {name: t(f"live_map.{name}") for name in WORDS},
    }
    live_map(key, height, told, chosen)
