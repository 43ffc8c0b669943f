"""Questions to a stored plan."""

import pytest

from planner.errors import Impossible, RequestError
from planner.i18n import translator
from planner.model.sweep import SweepPlan
from planner.usecases import findings
from planner.usecases.context import Context
from planner.usecases.plan import plan
from planner.usecases.sweep import PlanRequest
from planner.usecases.what_if import what_if, why_not


@pytest.fixture
def made(demo: Context) -> SweepPlan:
    """One squad for fifteen townships: there is more to do than it can."""
    return plan(demo, PlanRequest(seconds=1.0, townships=15, squads=(demo.region.squads[0].id,)))


def test_one_more_squad_brings_something_and_never_less(demo: Context, made: SweepPlan) -> None:
    answer = what_if(demo, made.id, base_id=demo.region.squads[0].base_id)
    assert answer.gain > 0
    assert answer.visits_with > answer.visits
    assert answer.prize >= 0.99 * made.prize
    assert f"{answer.gain:+,}" in findings.what_if_sentence(answer, translator("zh"))


def test_one_more_day_and_one_more_township(demo: Context, made: SweepPlan) -> None:
    assert what_if(demo, made.id, more_days=1).gain > 0
    chosen = {code for code, _ in made.selection}
    other = next(code for code in demo.region.townships["code"] if code not in chosen)
    assert what_if(demo, made.id, township=other).gain >= 0


def test_the_cheapest_way_is_told(demo: Context, made: SweepPlan) -> None:
    full = [u for u in made.unserved if u.reason in ("no_time_left", "day_full", "village_left")]
    far = [u for u in made.unserved if u.reason == "township_not_chosen"]
    assert full
    squads = {squad.id: squad.name for squad in demo.region.squads}
    for unserved in full[:5]:
        answer = why_not(demo, made.id, unserved.visit_id)
        assert answer.squad_id == demo.region.squads[0].id
        assert answer.day in made.days
        planned = {stop.visit_id for route in made.routes for stop in route.stops}
        assert set(answer.dropped) <= planned
        cases = dict.fromkeys(planned, "(2026)浙0225执1号")
        assert squads[answer.squad_id] in findings.why_not_sentence(answer, cases, squads, translator("zh"))
    assert why_not(demo, made.id, far[0].visit_id).squad_id is None


def test_what_nobody_knows_is_refused(demo: Context, made: SweepPlan) -> None:
    planned = made.routes[0].stops[0].visit_id
    with pytest.raises(RequestError) as told:
        why_not(demo, made.id, planned)
    assert told.value.key == "visit_not_unserved"
    with pytest.raises(RequestError) as told:
        what_if(demo, made.id, base_id="none")
    assert told.value.key == "unknown_base"
    with pytest.raises(Impossible):
        what_if(demo, made.id)
