"""Settings of one installation, as one list. Read from a mapping (the environment), never from globals."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from planner.errors import DeploymentError

PREFIX = "PLANNER_"
LONGEST_DAY = 12
"""Hours of a working day, at the most."""

MOST_WORKERS = 256
COUNTY = "{county}"

LOOPBACK = ("127.0.0.1", "::1", "localhost")


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
    Setting(
        "identity",
        "users",
        "How people sign in: own passwords, OpenID Connect, a reverse proxy's header, or the demo (no password).",
        ("users", "oidc", "proxy", "demo"),
    ),
    Setting("session_hours", "10", "Hours after which everybody signs in again, at most 12."),
    Setting("idle_minutes", "30", "Minutes without a person's doing after which a browser is signed out."),
    Setting("address", "127.0.0.1", "Address on which the pages are served; a demo stays on the loopback address."),
    Setting("allowed_hosts", "127.0.0.1,localhost", "Names under which browsers may call the pages, with commas."),
    Setting("secure_cookie", "no", "Whether browsers come by https, if to a proxy: yes | no.", ("yes", "no")),
    Setting("proxy_addresses", "", "Addresses of reverse proxies whose header is believed (identity proxy)."),
    Setting("proxy_header", "X-Forwarded-User", "The header in which that proxy names the person."),
    Setting("oidc_metadata", "", "Address of the provider's openid-configuration (identity oidc)."),
    Setting("oidc_client", "", "Client id at the provider."),
    Setting("oidc_secret_file", "", "File with the client's secret."),
    Setting("oidc_claim", "preferred_username", "Claim that holds the account's name."),
    Setting("province", "", "Folder with province.toml and counties.csv; empty: this is one county."),
    Setting(
        "province_database_url", "", "SQLAlchemy URL of each county's database, {county} for its code; empty: sqlite."
    ),
    Setting("workers", "2", "Processes on this machine that work on counties at the same time, at most 256."),
    Setting("dask", "", "Address of a Dask scheduler whose workers work on counties; empty: this machine's."),
    Setting("dask_ca_file", "", "Certificate of the authority for TLS to the scheduler (with an address tls://...)."),
    Setting("dask_cert_file", "", "This machine's certificate for it."),
    Setting("dask_key_file", "", "The key of that certificate."),
    Setting("actor", "本机用户", "Name under which this machine's user appears in plans and in the audit log."),
)


@dataclass(frozen=True)
class Settings:
    data_dir: Path
    database_url: str
    key_file: Path
    region: Path
    language: str
    identity: str
    session_hours: int
    idle_minutes: int
    address: str
    allowed_hosts: tuple[str, ...]
    secure_cookie: bool
    proxy_addresses: tuple[str, ...]
    proxy_header: str
    oidc_metadata: str
    oidc_client: str
    oidc_secret_file: str
    oidc_claim: str
    province: Path | None
    province_database_url: str
    workers: int
    dask: str
    dask_ca_file: str
    dask_cert_file: str
    dask_key_file: str
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
        identity=value["identity"],
        session_hours=_whole("session_hours", value["session_hours"], LONGEST_DAY),
        idle_minutes=_whole("idle_minutes", value["idle_minutes"], LONGEST_DAY * 60),
        address=_safe_address(value["identity"], value["address"]),
        allowed_hosts=_names(value["allowed_hosts"]),
        secure_cookie=value["secure_cookie"] == "yes",
        proxy_addresses=_names(value["proxy_addresses"]),
        proxy_header=value["proxy_header"],
        oidc_metadata=value["oidc_metadata"],
        oidc_client=value["oidc_client"],
        oidc_secret_file=value["oidc_secret_file"],
        oidc_claim=value["oidc_claim"],
        province=Path(value["province"]) if value["province"] else None,
        province_database_url=_of_each_county(value["province_database_url"]),
        workers=_whole("workers", value["workers"], MOST_WORKERS),
        dask=value["dask"],
        dask_ca_file=value["dask_ca_file"],
        dask_cert_file=value["dask_cert_file"],
        dask_key_file=value["dask_key_file"],
        actor=value["actor"],
    )


def _whole(setting: str, text: str, most: int) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= most):
        raise DeploymentError("setting_not_allowed", name=PREFIX + setting.upper(), value=text, allowed=f"1-{most}")
    return int(text)


def _of_each_county(url: str) -> str:
    """One database for all counties would mix their cases."""
    if url and COUNTY not in url:
        name = PREFIX + "PROVINCE_DATABASE_URL"
        raise DeploymentError("setting_not_allowed", name=name, value="…", allowed=f"…{COUNTY}")
    return url


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _safe_address(identity: str, address: str) -> str:
    if identity == "demo" and address not in LOOPBACK:
        raise DeploymentError("demo_not_on_loopback", address=address, allowed=", ".join(LOOPBACK))
    return address


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
