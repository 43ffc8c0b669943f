"""Who may do what: roles as data."""

from dataclasses import dataclass

_READ = {"score.see", "plan.see", "review.see", "province.see"}
_PLAN = _READ | {
    "register.import",
    "placing.decide",
    "score.run",
    "plan.make",
    "export",
    "outcome.record",
    "clue.enter",
}
_CHIEF = _PLAN | {
    "names.see",
    "plan.adopt",
    "paper.decide",
    "outcome.decide",
    "clue.decide",
    "card.issue",
    "triage.decide",
    "duty.see",
    "campaign.manage",
    "trial.draw",
    "policy.decide",
    "province.run",
}
_ADMINISTER = {"users.manage", "system.see"}

ROLES: dict[str, frozenset[str]] = {
    "chief": frozenset(_CHIEF),
    "planner": frozenset(_PLAN | {"duty.see"}),
    "officer": frozenset({"plan.see", "names.see", "outcome.record", "card.issue", "clue.enter"}),
    "contact_clerk": frozenset({"placing.decide", "clue.enter", "clue.decide"}),
    "analyst": frozenset(_READ | {"score.run"}),
    "administrator": frozenset(_ADMINISTER),
    "auditor": frozenset({"audit.see"}),
    "operator": frozenset(_CHIEF | _ADMINISTER | {"audit.see", "system.keep"}),
}
"""Role -> actions. ``operator`` is whoever sits at the machine itself (the command line): the database and its key
lie open there anyway. It cannot sign in to the pages."""

PAGE_ROLES = tuple(role for role in ROLES if role != "operator")

_OF_A_SQUAD = {"names.see", "outcome.record", "card.issue"}
"""What an officer does or sees for the own squad alone (``Actor.squad_id``)."""


@dataclass(frozen=True)
class Actor:
    name: str
    role: str
    squad_id: str | None = None


@dataclass(frozen=True)
class Allowed:
    pass


@dataclass(frozen=True)
class Refused:
    """``reason``: role | other_squad (catalogue ``error.not_allowed_<reason>``)."""

    reason: str


def can(actor: Actor, action: str, squad_id: str | None = None) -> Allowed | Refused:
    """May the actor do this, if need be to the things of one squad (None: of all)?"""
    if action not in ROLES.get(actor.role, frozenset()):
        return Refused("role")
    bound = squad_id is not None or action in _OF_A_SQUAD
    if actor.role == "officer" and bound and (squad_id is None or squad_id != actor.squad_id):
        return Refused("other_squad")
    return Allowed()
