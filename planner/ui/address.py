"""The address of a page says what it shows: it can be copied, kept, sent, and the browser's way back leads through it.

A choice stands in the address under a name. The address leads: what it says is shown, whatever was chosen before; what
people choose is written there first. page.js sees to it that filling in what is shown anyway adds no step to go back.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

import streamlit as st

from planner.i18n import Translate
from planner.ui.words import literal

Of = TypeVar("Of")


def choose(
    name: str,
    label: str,
    options: Sequence[Of],
    words: Callable[[Of], str],
    t: Translate,
    *,
    default: Of | None = None,
    text: Callable[[Of], str] = str,
    place: Any = st,
    buttons: bool = False,
) -> Of:
    """One of ``options``, of which there is at least one, by a list to choose from or, if few, by ``buttons``.

    ``name``: the parameter of the address; ``text``: how it names an option; ``default``: else the first. An address
    that names none of them is said, and the default shown.
    """
    known = {text(one): one for one in options}
    key = follow(name, label, list(known), text(options[0] if default is None else default), t)
    told = {one: words(option) for one, option in known.items()}
    common: dict[str, Any] = {"format_func": told.__getitem__, "key": key, "on_change": partial(_told, name, key)}
    if buttons:
        return known[place.segmented_control(label, list(known), required=True, **common)]
    return known[place.selectbox(label, list(known), **common)]


def follow(name: str, label: str, options: Sequence[str], default: str, t: Translate) -> str:
    """Have the session's choice follow the address; the key under which a widget shall keep it."""
    key, said = f"address_{name}", f"address_said_{name}"
    asked = st.query_params.get(name)
    if asked in options:
        st.session_state[key] = asked
    else:
        if asked and asked != st.session_state.get(said):
            st.warning(t("access.unknown", what=label, asked=literal(asked)), icon=":material/link_off:")
        if st.session_state.get(key) not in options or asked:
            st.session_state[key] = default
    write(name, st.session_state[key])
    return key


def write(name: str, value: str) -> None:
    """Say in the address what is shown."""
    st.session_state[f"address_said_{name}"] = value
    if st.query_params.get(name) != value:
        st.query_params[name] = value


def _told(name: str, key: str) -> None:
    write(name, st.session_state[key])
