"""Who sees names: every page drawn in every role, and searched for the people of the register."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from planner.access import Actor, Allowed, can
from planner.bootstrap import open_context
from planner.settings import read_settings
from planner.store import register
from planner.ui.shell import SECTIONS
from tests.ui.conftest import environment_of

PAGES = [(name, action) for _, section in SECTIONS for name, _, _, action in section]
MODULES = {"import": "import_register"}
HANDLES_THE_REGISTER = {"import", "places"}
"""Pages of those who take in the register itself, or ask where its people live."""


@pytest.fixture(scope="module")
def people(planned_database: Path) -> set[str]:
    with open_context(read_settings(environment_of(planned_database))) as ctx:
        parties = register.parties(ctx.engine)
    told = set(parties["name"]) | set(parties["phone"].dropna()) | set(parties["residence"].dropna())
    return {text for text in told if len(text) > 3}


def shown(page: AppTest) -> str:
    """All that a page sends: its elements as they go over the wire."""
    texts = [str(element.proto) for element in page.main] + [str(element.proto) for element in page.sidebar]
    frames = [frame.value.to_csv() for frame in page.dataframe]
    return "\n".join([*texts, *frames])


@pytest.mark.parametrize("role", ["analyst", "planner", "administrator", "auditor"])
@pytest.mark.parametrize(("page", "action"), PAGES)
def test_those_without_names_see_none(
    draw: Callable[..., AppTest], planned_database: Path, people: set[str], page: str, action: str, role: str
) -> None:
    if can(Actor("示例", role), action) != Allowed() or page in HANDLES_THE_REGISTER:
        return  # not this role's page
    drawn = draw(MODULES.get(page, page), planned_database, role=role)
    assert not drawn.exception
    told = shown(drawn)
    assert not [name for name in people if name in told]


def test_the_search_finds_names_where_they_are(
    draw: Callable[..., AppTest], planned_database: Path, people: set[str]
) -> None:
    told = shown(draw("my_route", planned_database, role="chief"))
    assert [name for name in people if name in told]


def test_an_officer_is_offered_the_own_squad_alone(draw: Callable[..., AppTest], planned_database: Path) -> None:
    everybody = draw("my_route", planned_database).selectbox[0]
    mine = draw("my_route", planned_database, role="officer", squad_id=everybody.value).selectbox[0]
    assert len(everybody.options) > 1
    assert len(mine.options) == 1
