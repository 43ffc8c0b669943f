"""Engines that route the squad-days of one township, behind one protocol.

Ours is planner.routing.search. The others are peers: to check it against, and to fall back on.
"""

from planner.routing.engines.greedy import greedy
from planner.routing.engines.mend import mended
from planner.routing.engines.ortools_routing import ortools_routing
from planner.routing.engines.protocol import Deadline, Engine
from planner.routing.engines.pyvrp_routing import pyvrp_routing
from planner.routing.engines.ruin_recreate import ruin_recreate
from planner.routing.engines.vroom_routing import vroom_routing

ENGINES: dict[str, Engine] = {
    "ruin-recreate": ruin_recreate,
    "ortools": ortools_routing,
    "pyvrp": pyvrp_routing,
    "vroom": vroom_routing,
    "greedy": greedy,
}

__all__ = ["ENGINES", "Deadline", "Engine", "mended"]
