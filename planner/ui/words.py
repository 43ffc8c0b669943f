"""Words of others in a page: shown as they are, whatever signs stand in them."""

import re

import streamlit as st

from planner.errors import PlannerError
from planner.i18n import Translate, tell

SIGNS = frozenset("\\`*_{}[]()#+-.!|<>~$:")
"""What Markdown may take for more than itself; a picture in a sheet's name would be fetched."""


def literal(text: str) -> str:
    """A text for a page's Markdown that is shown as it stands."""
    return "".join(f"\\{letter}" if letter in SIGNS else letter for letter in text)


def show_error(error: PlannerError, t: Translate) -> None:
    """What went wrong, in one sentence; it may repeat what stood in a file."""
    st.error(literal(tell(error, t)), icon=":material/error:")


def case_numbers(text: str) -> tuple[str, ...]:
    """Case numbers as people type them: one a line, or separated by 、 , or ;"""
    return tuple(part.strip() for part in re.split(r"[\n、,，;；]", text) if part.strip())
