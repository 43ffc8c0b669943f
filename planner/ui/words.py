"""Words of others in a page: shown as they are, whatever signs stand in them."""

import logging
import re
import secrets

import streamlit as st

from planner.errors import PlannerError
from planner.i18n import Translate, tell, translator

SIGNS = frozenset("\\`*_{}[]()#+-.!|<>~$:")
"""What Markdown may take for more than itself; a picture in a sheet's name would be fetched."""


def literal(text: str) -> str:
    """A text for a page's Markdown that is shown as it stands."""
    return "".join(f"\\{letter}" if letter in SIGNS else letter for letter in text)


def show_error(error: PlannerError, t: Translate) -> None:
    """What went wrong, in one sentence; it may repeat what stood in a file."""
    st.error(literal(tell(error, t)), icon=":material/error:")


def show_fault(fault: Exception) -> bool:
    """What nobody foresaw: a reference for the reader, the whole of it in the log. The page goes on (True)."""
    reference = secrets.token_hex(4)
    logging.getLogger("planner").error("fault %s", reference, exc_info=fault)
    t = translator(st.session_state.get("language", "zh"))
    st.error(t("error.unexpected", reference=reference), icon=":material/error:")
    return True


def case_numbers(text: str) -> tuple[str, ...]:
    """Case numbers as people type them: one a line, or separated by 、 , or ;"""
    return tuple(part.strip() for part in re.split(r"[\n、,，;；]", text) if part.strip())
