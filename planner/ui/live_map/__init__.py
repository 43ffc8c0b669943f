"""The component that draws maps in pages, and its files at addresses of their own."""

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import streamlit as st
from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest
from streamlit.components.v2.types import ComponentRenderer

from planner.files.maps.offline import live_assets

PROJECT, COMPONENT = "planner", "live_map"
NAME = f"{PROJECT}.{COMPONENT}"
ROUTE = "/map"


_mounts: WeakKeyDictionary[BidiComponentManager, ComponentRenderer] = WeakKeyDictionary()


def live_map(key: str, height: int, data: dict[str, Any], on_chosen_change: Callable[[], None]) -> None:
    """Mount it.

    Its script is served as a file: given as text it would run from a ``blob:`` address, which the content policy does
    not allow. Streamlit finds files of installed packages alone, so it is told here where this one lies.
    """
    manager = get_bidi_component_manager()
    if manager not in _mounts:
        manifest = ComponentManifest(PROJECT, "", [ComponentConfig(COMPONENT, "static")])
        manager.register_from_manifest(manifest, Path(__file__).parent)
        _mounts[manager] = st.components.v2.component(NAME, js="live_map.js")
    _mounts[manager](key=key, data=data, height=height, on_chosen_change=on_chosen_change)


@cache
def assets() -> dict[str, tuple[str, bytes, str]]:
    """name -> (address, content, type). An address holds the digest of the content, so that it never goes stale."""
    return {
        name: (f"{ROUTE}/{hashlib.sha256(content).hexdigest()[:16]}/{name}", content, mime)
        for name, (content, mime) in live_assets().items()
    }
