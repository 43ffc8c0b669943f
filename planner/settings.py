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
    allowed: tuple[str, ...] = ()  # empty: anything


SETTINGS = (
    Setting("data_dir", "var", "Folder for the database, the secret and logs of jobs."),
    Setting("database_url", "", "SQLAlchemy URL; empty: sqlite in the data folder."),
    Setting("key_file", "", "File with the secret that seals personal data; empty: id.key in the data folder."),
    Setting("region", "data/regions/330225", "Folder with the facts of the county."),
    Setting("language", "zh", "Language of pages and of the command line: zh | en.", ("zh", "en")),
    Setting("actor", "本机用户", "Name under which this machine's user appears in plans and in the audit log."),
)


@dataclass(frozen=True)
class Settings:
    data_dir: Path
    database_url: str
    key_file: Path
    region: Path
    language: str
    actor: str


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Settings from ``PLANNER_*`` variables; an empty one means the default.

    Raises:
        DeploymentError: a ``PLANNER_*`` variable that no setting has, or a value that is not allowed.
    """
    names = {PREFIX + setting.name.upper() for setting in SETTINGS}
    unknown = sorted(name for name in environment if name.startswith(PREFIX) and name not in names)
    if unknown:
        raise DeploymentError("unknown_setting", name=", ".join(unknown), allowed=", ".join(sorted(names)))
    value = {setting.name: _value(environment, setting) for setting in SETTINGS}
    data_dir = Path(value["data_dir"])
    return Settings(
        data_dir=data_dir,
        database_url=value["database_url"] or f"sqlite:///{data_dir / 'planner.db'}",
        key_file=Path(value["key_file"]) if value["key_file"] else data_dir / "id.key",
        region=Path(value["region"]),
        language=value["language"],
        actor=value["actor"],
    )


def _value(environment: Mapping[str, str], setting: Setting) -> str:
    name = PREFIX + setting.name.upper()
    value = environment.get(name) or setting.default
    if setting.allowed and value not in setting.allowed:
        raise DeploymentError("setting_not_allowed", name=name, value=value, allowed=" | ".join(setting.allowed))
    return value


def settings_page() -> str:
    """docs/settings.md."""
    rows = [f"| `{PREFIX}{s.name.upper()}` | `{s.default}` | {s.help} |" for s in SETTINGS]
    head = ["# Settings", "", "Environment variables of one installation; written from `planner/settings.py`.", ""]
    return "\n".join([*head, "| variable | default | meaning |", "|---|---|---|", *rows]) + "\n"
