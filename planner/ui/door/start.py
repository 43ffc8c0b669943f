"""What is done once when the pages start to be served, so that no visitor waits for it."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module

import anyio
import streamlit as st
from anyio.to_thread import run_sync


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[dict[str, object]]:
    """The login is there at once; the pages come in beside it."""
    async with anyio.create_task_group() as beside:
        beside.start_soon(run_sync, _read_pages)
        yield {}


def _read_pages() -> None:
    """Read the code of all pages. It stays as it is until the end: no collection of garbage looks through it again."""
    import_module("planner.ui.shell")
    gc.collect()
    gc.freeze()
