"""The one door of the pages: a gate before every path, and the routes that are open or checked here."""

from planner.ui.door.gate import middleware
from planner.ui.door.routes import routes
from planner.ui.door.start import lifespan

__all__ = ["lifespan", "middleware", "routes"]
