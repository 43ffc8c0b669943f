"""This installation, opened once for all sessions of the pages, and the shelf of files that they offer."""

import os
from dataclasses import replace

import streamlit as st

from planner import bootstrap
from planner.access import Actor
from planner.bootstrap import Context
from planner.settings import read_settings
from planner.ui.shelf import Shelf
from planner.usecases.guests import with_guests
from planner.usecases.policy import with_policy_of_now


@st.cache_resource(show_spinner=False, on_release=lambda ctx: ctx.engine.dispose())
def context() -> Context:
    """Its actor may nothing: whoever uses it puts the person in who is signed in."""
    return bootstrap.nobodys(bootstrap.build_context(read_settings(os.environ)))


def context_of(actor: Actor) -> Context:
    """For somebody who is signed in, with the policy and the neighbours' squads as they are now."""
    return with_guests(with_policy_of_now(replace(context(), actor=actor)))


@st.cache_resource(show_spinner=False)
def shelf() -> Shelf:
    return Shelf()
