"""The longest route of the one plan, and the evening of its day."""

from dataclasses import replace
from datetime import datetime, time

import pytest

from planner.model.sweep import PlannedRoute, SweepPlan
from planner.model.units import BEIJING
from planner.usecases.context import Context


@pytest.fixture
def route(made: SweepPlan) -> PlannedRoute:
    return max(made.routes, key=lambda route: len(route.stops))


@pytest.fixture
def evening(planned: Context, route: PlannedRoute) -> Context:
    at = datetime.combine(route.day, time(20), BEIJING)
    return replace(planned, clock=lambda: at)
