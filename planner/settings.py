"""Settings of one installation, as one list. Read from a mapping (the environment), never from globals."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from planner.errors import DeploymentError

PREFIX = "PLANNER_"


class Setting(NamedTuple):
    name: str
    default: str
    help: str


SETTINGS = (
    Setting("data_dir", "var", "Folder for the database, the key of ID hashes and logs of jobs."),
    Setting("database_url", "", "SQLAlchemy URL; empty: sqlite in the data folder."),
    Setting("region", "data/regions/330225", "Folder with the facts of the county."),
    Setting("language", "zh", "Language of pages and of the command line: zh | en."),
    Setting("actor", "本机用户", "Name under which this machine's user appears in plans and in the audit log."),
)


@dataclass(frozen=True)
class Settings:
    data_dir: Path
    database_url: str
    region: Path
    language: str
    actor: str


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Settings from ``PLANNER_*`` variables.

    Raises:
        DeploymentError: a ``PLANNER_*`` variable that no setting has.
    """
    names = {PREFIX + setting.name.upper() for setting in SETTINGS}
    unknown = sorted(name for name in environment if name.startswith(PREFIX) and name not in names)
    if unknown:
        raise DeploymentError("unknown_setting", name=", ".join(unknown), allowed=", ".join(sorted(names)))
    value = {s.name: environment.get(PREFIX + s.name.upper(), s.default) for s in SETTINGS}
    data_dir = Path(value["data_dir"])
    return Settings(
        data_dir=data_dir,
        database_url=value["database_url"] or f"sqlite:///{data_dir / 'planner.db'}",
        region=Path(value["region"]),
        language=value["language"],
        actor=value["actor"],
    )


def settings_page() -> str:
    """docs/settings.md."""
    rows = [f"| `{PREFIX}{s.name.upper()}` | `{s.default}` | {s.help} |" for s in SETTINGS]
    head = ["# Settings", "", "Environment variables of one installation; written from `planner/settings.py`.", ""]
    return "\n".join([*head, "| variable | default | meaning |", "|---|---|---|", *rows]) + "\n"
