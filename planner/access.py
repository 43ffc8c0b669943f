"""Who may do what: roles as data. Identity comes later; today the machine's user is the chief."""

from dataclasses import dataclass

_READ = {"score.see", "plan.see"}
_PLAN = _READ | {
    "register.import",
    "placing.decide",
    "score.run",
    "plan.make",
    "export",
    "outcome.record",
    "clue.enter",
}

ROLES: dict[str, frozenset[str]] = {
    "chief": frozenset(
        _PLAN
        | {"names.see", "plan.adopt", "paper.decide", "outcome.decide", "clue.decide", "card.issue", "triage.decide"}
    ),
    "planner": frozenset(_PLAN),
    "officer": frozenset({"plan.see", "names.see", "outcome.record", "card.issue"}),
    "contact_clerk": frozenset({"placing.decide", "clue.enter", "clue.decide"}),
    "analyst": frozenset(_READ | {"score.run"}),
    "administrator": frozenset({"register.import"}),
    "auditor": frozenset({"audit.see"}),
}
"""Role -> actions. An officer's sight of names is bound to the own squad (``Actor.squad_id``)."""


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
    """May the actor do this, if need be to the things of one squad?"""
    if action not in ROLES.get(actor.role, frozenset()):
        return Refused("role")
    if actor.role == "officer" and (squad_id is None or squad_id != actor.squad_id):
        return Refused("other_squad")
    return Allowed()
