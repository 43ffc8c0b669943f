"""The schema as SQLAlchemy tables. Table contracts of the model give the columns of the frames kept here."""

from datetime import UTC, datetime
from typing import Any

import pandera.pandas as pa
import sqlalchemy as sa

from planner.model.case import CASE_TABLE, PARTY_TABLE
from planner.model.clue import CLUE_TABLE, CLUE_WORD_TABLE
from planner.model.outcome import OUTCOME_TABLE
from planner.model.place import PLACED_TABLE
from planner.model.region import ALIAS_TABLE
from planner.model.triage import CASE_ACTION_TABLE

metadata = sa.MetaData()


class Moment(sa.TypeDecorator[datetime]):
    """An aware point in time, kept as UTC on every database."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _: sa.Dialect) -> datetime | None:
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, _: sa.Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value else None


SEALED = "sealed"
"""Column that holds what is personal in a row, encrypted; which columns of the contract, ``table.info`` tells."""


ABOUT = "about"
"""Columns that say what a sealed value belongs to, by ``table.info``."""


def kept(
    name: str,
    contract: pa.DataFrameSchema,
    *more: sa.Column[Any],
    sealed: tuple[str, ...] = (),
    within: sa.MetaData = metadata,
) -> sa.Table:
    """One SQL column per column of a contract; its unique columns are the primary key."""
    key = set(contract.unique or [])
    clear = [
        sa.Column(field, _sql_type(str(column.dtype)), primary_key=field in key, nullable=column.nullable)
        for field, column in contract.columns.items()
        if field not in sealed
    ]
    shut = [sa.Column(SEALED, sa.LargeBinary)] if sealed else []
    return sa.Table(name, within, *clear, *shut, *more, info={SEALED: sealed, ABOUT: contract.unique or []})


def _sql_type(dtype: str) -> sa.types.TypeEngine[Any]:
    if dtype.startswith("datetime64"):
        return Moment() if "UTC" in dtype else sa.Date()
    kinds: dict[str, sa.types.TypeEngine[Any]] = {
        "bool": sa.Boolean(),
        "Int64": sa.BigInteger(),
        "float64": sa.Float(),
    }
    return kinds.get(dtype, sa.Text())


case_rows = kept("case_row", CASE_TABLE, sealed=("remark",))
party_rows = kept(
    "party_row",
    PARTY_TABLE,
    sa.Column("subject", sa.Text, nullable=False, index=True),  # keyed digest of person and addresses
    sealed=("name", "phone", "residence", "service", "domicile"),
)
placed_rows = kept("placed_row", PLACED_TABLE)

imports = sa.Table(
    "register_import",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("digest", sa.Text, nullable=False, index=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),  # ImportOutcome as JSON
    sa.Column(SEALED, sa.LargeBinary, nullable=False),  # ImportReport as JSON: its values are cells of the register
    info={ABOUT: ("id",)},
)

rejected_rows = sa.Table(
    "rejected_row",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("import_id", sa.Text, sa.ForeignKey("register_import.id"), nullable=False, index=True),
    sa.Column("sheet", sa.Text, nullable=False),
    sa.Column("row", sa.Integer, nullable=False),
    sa.Column("mended_by", sa.Text, sa.ForeignKey("register_import.id")),
    sa.Column(SEALED, sa.LargeBinary, nullable=False),  # its cells as JSON, ID numbers as tokens
    info={ABOUT: ("import_id", "sheet", "row")},
)

column_rules = sa.Table(
    "column_rule",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("court", sa.Text, nullable=False),
    sa.Column("header", sa.Text, nullable=False),
    sa.Column("field", sa.Text),  # empty: not used; NULL: as the planner itself takes it
    sa.Column("unit", sa.Text),
    sa.Column("at", Moment, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
)

case_history = sa.Table(
    "case_history",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("case_id", sa.Text, nullable=False, index=True),
    sa.Column("import_id", sa.Text, sa.ForeignKey("register_import.id"), nullable=False),
    # JSON: changed fields of the case, its parties where they changed
    sa.Column(SEALED, sa.LargeBinary, nullable=False),
    info={ABOUT: ("case_id", "import_id")},
)

decisions = sa.Table(
    "placing_decision",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("case_id", sa.Text, nullable=False),
    sa.Column("party_no", sa.Integer, nullable=False),
    sa.Column("subject", sa.Text, nullable=False, index=True),  # of the party: person and addresses
    sa.Column("withdrawn", sa.Boolean, nullable=False),
    sa.Column("township_code", sa.Text),
    sa.Column("village_code", sa.Text),
    sa.Column("at", Moment, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
)

learnt_aliases = sa.Table(
    "learnt_alias",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    *(sa.Column(name, sa.Text, nullable=column.nullable) for name, column in ALIAS_TABLE.columns.items()),
    sa.Column("decision_id", sa.Integer),  # the decision that taught it
)

outcomes = kept(
    "outcome",
    OUTCOME_TABLE,
    sa.Column("number", sa.Integer, nullable=False, unique=True),  # 1.. in the order of their coming
    sealed=("note", "told"),
)

clues = kept(
    "clue",
    CLUE_TABLE,
    sa.Column("number", sa.Integer, nullable=False, unique=True),
    sealed=("reporter", "person", "words"),
)
clue_words = kept("clue_word", CLUE_WORD_TABLE, sa.Column("number", sa.Integer, nullable=False, unique=True))

paper_words = sa.Table(
    "paper_word",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("visit_id", sa.Text, nullable=False, index=True),
    sa.Column("paper", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),  # PAPER_STATES
    sa.Column("week_start", sa.Date, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
)

scores = sa.Table(
    "score_run",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("facts", sa.Text, nullable=False),
    *(sa.Column(name, sa.LargeBinary, nullable=False) for name in ("hotspots", "clusters", "points", "visits", "out")),
)

plans = sa.Table(
    "plan",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("parent", sa.Text, sa.ForeignKey("plan.id")),
    sa.Column("score_id", sa.Text, sa.ForeignKey("score_run.id"), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("week_start", sa.Date, nullable=False),
    sa.Column("spread", sa.Text, nullable=False),
    sa.Column("stops", sa.Integer, nullable=False),  # visits on its routes
    sa.Column("prize", sa.BigInteger, nullable=False),
    sa.Column("bound", sa.BigInteger, nullable=False),
    sa.Column("document", sa.Text, nullable=False),  # SweepPlan as JSON
    sa.Column("visits", sa.LargeBinary, nullable=False),  # VISIT_TABLE as Parquet
    sa.Column("digest", sa.Text, nullable=False),  # sha256 over document and visits
)

adoptions = sa.Table(
    "plan_adopted",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("plan_id", sa.Text, sa.ForeignKey("plan.id"), nullable=False),
    sa.Column("week_start", sa.Date, nullable=False, index=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("undone", sa.Boolean, nullable=False, server_default=sa.false()),  # takes the week's last adoption back
)

case_actions = kept(
    "case_action",
    CASE_ACTION_TABLE,
    sa.Column("number", sa.Integer, nullable=False, unique=True),
    sealed=("note",),
)

cards = sa.Table(
    "card",
    metadata,
    sa.Column("card_id", sa.Text, primary_key=True),
    sa.Column("plan_id", sa.Text, sa.ForeignKey("plan.id"), nullable=False),
    sa.Column("squad_id", sa.Text, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("expires", Moment, nullable=False),
    sa.Column(SEALED, sa.LargeBinary, nullable=False),  # the key of what it sends back
    info={ABOUT: ("card_id",)},
)

card_returns = sa.Table(
    "card_return",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("card_id", sa.Text, sa.ForeignKey("card.card_id"), nullable=False, index=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("outcomes", sa.Integer, nullable=False),  # in the file
    sa.Column("added", sa.Integer, nullable=False),  # of them new
)

accounts = sa.Table(
    "account",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("squad_id", sa.Text),
    sa.Column("password", sa.Text),  # argon2; NULL: signs in through a provider or a proxy
    sa.Column("must_change", sa.Boolean, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
)

sign_ins = sa.Table(
    "sign_in",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),  # sha256 of the token in the browser's cookie
    sa.Column("account", sa.Text, sa.ForeignKey("account.name"), nullable=False, index=True),
    sa.Column("way", sa.Text, nullable=False),  # WAYS
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("seen", Moment, nullable=False),
    sa.Column("until", Moment, nullable=False),
    sa.Column("ended", Moment),
)

attempts = sa.Table(
    "sign_in_attempt",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False, index=True),
    sa.Column("passed", sa.Boolean, nullable=False),
)

campaign_words = sa.Table(
    "campaign_word",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("campaign_id", sa.Text, nullable=False, index=True),
    sa.Column("document", sa.Text, nullable=False),  # Campaign as JSON: the last one stands
    sa.Column("at", Moment, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
)

trials = sa.Table(
    "trial",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("document", sa.Text, nullable=False),  # Trial as JSON: drawn once, never again
    sa.Column("at", Moment, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
)

policy_words = sa.Table(
    "policy_word",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("key", sa.Text, nullable=False),  # <table>.<name> of the policy
    sa.Column("value", sa.Text),  # as JSON; NULL: what stands in the file again
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
)

jobs = sa.Table(
    "job",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("request", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("cancel_wanted", sa.Boolean, nullable=False),
    sa.Column("stage", sa.Text, nullable=False),
    sa.Column("share", sa.Float, nullable=False),
    sa.Column("result", sa.Text),
    sa.Column("error_key", sa.Text),
    sa.Column("error_params", sa.Text),
    sa.Column("at", Moment, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("heartbeat", Moment, nullable=False),
)

province_runs = sa.Table(
    "province_run",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),  # KINDS
    sa.Column("request", sa.Text, nullable=False),  # JSON
    sa.Column("at", Moment, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column(SEALED, sa.LargeBinary),  # a zip of an import's rows that belong to no county
    info={ABOUT: ("id",)},
)

province_parts = sa.Table(
    "province_part",
    metadata,
    sa.Column("run_id", sa.Text, sa.ForeignKey("province_run.id"), primary_key=True),
    sa.Column("county_code", sa.Text, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),  # PART_STATES
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("digest", sa.Text, index=True),
    sa.Column("result", sa.Text),
    sa.Column("kept", sa.Boolean, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),  # JSON
    sa.Column("townships", sa.LargeBinary),  # PROVINCE_TOWNSHIP_TABLE as Parquet
    sa.Column("error_key", sa.Text),
    sa.Column("error_params", sa.Text),
    sa.Column("at", Moment),
)

timings = sa.Table(
    "timing",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("document", sa.Text, nullable=False),  # TimingPlan as JSON
    sa.Column("at", Moment, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
)

timings_adopted = sa.Table(
    "timing_adopted",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("timing_id", sa.Text, sa.ForeignKey("timing.id"), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
)

county_loans = sa.Table(
    "county_loans",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("timing_id", sa.Text, nullable=False),  # of the province's database
    sa.Column("document", sa.Text, nullable=False),  # CountyLoans as JSON
    sa.Column("at", Moment, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),  # of the row before and this one
)
