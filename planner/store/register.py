"""What is known of cases: the latest state, and every state before it."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from uuid import uuid4

import pandas as pd
import pandera.pandas as pa
import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from planner.errors import Overtaken
from planner.model.case import CASE_TABLE, PARTY_TABLE
from planner.model.place import PLACED_TABLE, Placing
from planner.model.report import ImportOutcome, ImportReport, RejectedRow
from planner.store import frames, schema
from planner.store.audit import note
from planner.store.decisions import subjects
from planner.store.engine import reading, writing
from planner.store.frames import Row, about, vault_of
from planner.store.marks import number_of

ASKED_AT_ONCE = 5_000
"""Parameters of one query; databases limit them."""


@dataclass(frozen=True)
class Incoming:
    """What one import brings.

    Attributes:
        cases, parties: CASE_TABLE, PARTY_TABLE; placing: of the debtors among the parties.
        mended, rejected_again: marks of rows rejected earlier that this import brings in, or brings wrong again.
        after: the import that was the newest when this one was read against what is known.
        whole: a register, in which every open case should stand; not mended rows or people alone.
        made_up: its people are, as it says of itself.
    """

    cases: pd.DataFrame
    parties: pd.DataFrame
    placing: Placing
    report: ImportReport
    rejected: Sequence[RejectedRow] = ()
    mended: Sequence[str] = ()
    rejected_again: Sequence[str] = ()
    whole: bool = True
    made_up: bool = False
    after: str | None = None


@dataclass(frozen=True)
class ImportSaved:
    """``changed`` is False where these very files had been imported before and bring nothing new."""

    id: str
    changed: bool
    outcome: ImportOutcome


@dataclass(frozen=True)
class _Changes:
    """Case ids by what an import changes of them; ``before`` and ``parties_before`` as they are known."""

    before: pd.DataFrame
    parties_before: pd.DataFrame
    new: pd.Index
    cases: pd.Index
    parties: pd.Index
    placed: pd.Index

    @property
    def updated(self) -> pd.Index:
        return self.cases.union(self.parties)


def save_import(engine: Engine, incoming: Incoming, at: datetime, by: str) -> ImportSaved:
    """Save one import in one transaction: new cases are added, changed ones keep their old state as history.

    Parties and placings are replaced for the cases whose parties this import brings; a register that names none
    for a case leaves those known.

    Raises:
        Overtaken: another import was saved since this one was read against what is known.
    """
    with writing(engine) as connection:
        if (newest := newest_import(connection)) != incoming.after:
            raise Overtaken("register_moved", newest=newest or "—")
        changes = _changes(connection, incoming)
        outcome = _outcome(changes, incoming)
        digest = incoming.report.digest
        earlier = connection.scalar(sa.select(schema.imports.c.id).where(schema.imports.c.digest == digest).limit(1))
        touched = changes.new.union(changes.updated).union(changes.placed)
        mended = _waiting(connection, incoming.mended)
        if earlier is not None and touched.empty and not mended:
            return ImportSaved(earlier, False, outcome)
        import_id = uuid4().hex[:12]
        outcome = replace(outcome, mended=len(mended))
        _keep_account(connection, import_id, incoming, outcome, at, by)
        rows = schema.rejected_rows
        settled = [*mended, *_waiting(connection, incoming.rejected_again)]
        for start in range(0, len(settled), ASKED_AT_ONCE):
            few = rows.c.id.in_(settled[start : start + ASKED_AT_ONCE])
            connection.execute(sa.update(rows).where(few).values(mended_by=import_id))
        _keep_history(connection, import_id, changes, incoming.cases)
        _write(connection, incoming, changes)
        note(connection, at, by, "register.imported", import_id, f"{digest} {len(incoming.cases)}")
    return ImportSaved(import_id, True, outcome)


def _changes(connection: Connection, incoming: Incoming) -> _Changes:
    before = frames.read(connection, schema.case_rows, CASE_TABLE)
    parties = frames.read(connection, schema.party_rows, PARTY_TABLE)
    placed = frames.read(connection, schema.placed_rows, PLACED_TABLE)
    after = frames.fingerprints(incoming.cases)
    new = after.index.difference(pd.Index(before["case_id"]))
    people = _differing(frames.fingerprints(parties), frames.fingerprints(incoming.parties))
    return _Changes(
        before=before,
        parties_before=parties,
        new=new,
        cases=_differing(frames.fingerprints(before), after).difference(new),
        parties=people.difference(new),
        placed=_differing(frames.fingerprints(placed), frames.fingerprints(incoming.placing.table)),
    )


def _differing(before: "pd.Series[int]", after: "pd.Series[int]") -> pd.Index:
    """The cases of ``after`` whose rows are not those of ``before``."""
    differs = before.reindex(after.index, fill_value=0).to_numpy() != after.to_numpy()
    found: pd.Index = after.index[differs]
    return found


def _outcome(changes: _Changes, incoming: Incoming) -> ImportOutcome:
    known = changes.before.set_index("case_id")
    old, new = (frame.loc[changes.cases] for frame in (known, incoming.cases.set_index("case_id")))
    differs = old.ne(new).fillna(value=True).astype(bool) & ~(old.isna() & new.isna())  # one of them NA: it differs
    fields = {str(field): int(count) for field, count in differs.sum().items() if count}
    if len(changes.parties):
        fields["parties"] = len(changes.parties)
    moves = Counter(zip(old.loc[differs["status"], "status"], new.loc[differs["status"], "status"], strict=True))
    open_before = known.index[known["status"] == "open"]
    gone = len(open_before.difference(pd.Index(incoming.cases["case_id"]))) if incoming.whole else 0
    return ImportOutcome(
        new=len(changes.new),
        updated=len(changes.updated),
        unchanged=len(incoming.cases) - len(changes.new) - len(changes.updated),
        statuses=tuple((*pair, count) for pair, count in moves.most_common()),
        fields=tuple(sorted(fields.items(), key=lambda item: -item[1])),
        no_longer_named=gone,
        whole=incoming.whole,
        datum=incoming.placing.datum,
        datum_margin=incoming.placing.margin,
        points=incoming.placing.points,
        made_up=incoming.made_up,
    )


def _keep_account(
    connection: Connection, import_id: str, incoming: Incoming, outcome: ImportOutcome, at: datetime, by: str
) -> None:
    vault = vault_of(connection)
    report = json.dumps(asdict(incoming.report), ensure_ascii=False).encode()
    connection.execute(
        sa.insert(schema.imports).values(
            id=import_id,
            digest=incoming.report.digest,
            at=at,
            by=by,
            outcome=json.dumps(asdict(outcome)),
            sealed=vault.seal(report, about(schema.imports, import_id)),
        )
    )
    rows = [
        {
            "import_id": import_id,
            "sheet": row.sheet,
            "row": row.row,
            "sealed": vault.seal(
                json.dumps(row.cells, ensure_ascii=False).encode(),
                about(schema.rejected_rows, import_id, row.sheet, row.row),
            ),
        }
        for row in incoming.rejected
    ]
    if rows:
        connection.execute(sa.insert(schema.rejected_rows), rows)


def newest_import(connection: Connection) -> str | None:
    """The id of the newest import."""
    i = schema.imports.c
    return connection.scalar(sa.select(i.id).order_by(i.at.desc(), i.id).limit(1))


def _waiting(connection: Connection, marks: Sequence[str]) -> list[int]:
    """The rejected rows of these marks that nobody has mended yet; a mark that the planner did not make is none."""
    rows = schema.rejected_rows.c
    vault = vault_of(connection)
    numbers = sorted({number for mark in marks if (number := number_of(vault, mark)) is not None})
    found: list[int] = []
    for start in range(0, len(numbers), ASKED_AT_ONCE):
        few = rows.id.in_(numbers[start : start + ASKED_AT_ONCE])
        found += connection.scalars(sa.select(rows.id).where(few & rows.mended_by.is_(None)))
    return found


def _keep_history(connection: Connection, import_id: str, changes: _Changes, after: pd.DataFrame) -> None:
    """The old values of the fields that change, and the old parties where one of them differs."""
    known = changes.before[changes.before["case_id"].isin(changes.updated)]
    latest = {row["case_id"]: row for row in frames.records(after[after["case_id"].isin(changes.cases)])}
    people = changes.parties_before[changes.parties_before["case_id"].isin(changes.parties)]
    of_case: dict[str, list[Row]] = {case_id: [] for case_id in changes.parties}
    for row in frames.records(people):
        of_case[row["case_id"]].append(row)
    vault = vault_of(connection)
    rows = []
    for row in frames.records(known):
        case_id = row["case_id"]
        now = latest.get(case_id, row)
        before = {field: value for field, value in row.items() if value != now[field]}
        if case_id in of_case:
            before["parties"] = of_case[case_id]
        text = json.dumps(before, default=str, ensure_ascii=False).encode()
        sealed = vault.seal(text, about(schema.case_history, case_id, import_id))
        rows.append({"case_id": case_id, "import_id": import_id, "sealed": sealed})
    if rows:
        connection.execute(sa.insert(schema.case_history), rows)


def _write(connection: Connection, incoming: Incoming, changes: _Changes) -> None:
    """Only rows that differ are written."""
    vault = vault_of(connection)
    parties = incoming.parties[incoming.parties["case_id"].isin(changes.new.union(changes.parties))]
    for table, frame, old in (
        (
            schema.case_rows,
            incoming.cases[incoming.cases["case_id"].isin(changes.new.union(changes.cases))],
            changes.cases,
        ),
        (schema.party_rows, parties.assign(subject=subjects(parties, vault)), changes.parties),
        (
            schema.placed_rows,
            incoming.placing.table[incoming.placing.table["case_id"].isin(changes.placed)],
            changes.placed.difference(changes.new),
        ),
    ):
        frames.forget(connection, table, old)
        frames.append(connection, table, frame)


def history(engine: Engine, case_id: str) -> list[tuple[datetime, Row]]:
    """Earlier states of a case, newest first: when an import changed it, and what it said before that.

    A state holds the fields that changed (names of CASE_TABLE), and ``parties`` (rows of PARTY_TABLE) where
    one of them changed. Personal data.
    """
    h, i = schema.case_history, schema.imports.c
    query = sa.select(i.at, i.id, h.c.sealed).join(schema.imports, i.id == h.c.import_id).where(h.c.case_id == case_id)
    with reading(engine) as connection:
        rows = connection.execute(query.order_by(h.c.id.desc())).all()
        vault = vault_of(connection)
    return [(row.at, json.loads(vault.unseal(row.sealed, about(h, case_id, row.id)))) for row in rows]


def cases(engine: Engine, case_ids: Iterable[str] | None = None) -> pd.DataFrame:
    """CASE_TABLE, the latest state of all cases or of some."""
    return _of_cases(engine, schema.case_rows, CASE_TABLE, case_ids)


def cases_with_debtors(engine: Engine) -> frozenset[str]:
    p = schema.party_rows.c
    with reading(engine) as connection:
        return frozenset(connection.scalars(sa.select(p.case_id).where(p.role == "debtor").distinct()))


def parties(engine: Engine, case_ids: Iterable[str] | None = None) -> pd.DataFrame:
    """PARTY_TABLE, of all cases or of some. Personal data."""
    return _of_cases(engine, schema.party_rows, PARTY_TABLE, case_ids)


def placed(engine: Engine, case_ids: Iterable[str] | None = None) -> pd.DataFrame:
    """PLACED_TABLE, of all cases or of some."""
    return _of_cases(engine, schema.placed_rows, PLACED_TABLE, case_ids)


def _of_cases(
    engine: Engine, table: sa.Table, contract: pa.DataFrameSchema, case_ids: Iterable[str] | None
) -> pd.DataFrame:
    wanted = None if case_ids is None else list(case_ids)
    few = wanted is not None and len(wanted) <= ASKED_AT_ONCE
    with reading(engine) as connection:
        found = frames.read(connection, table, contract, table.c.case_id.in_(wanted or []) if few else None)
    return found if few or wanted is None else found[found["case_id"].isin(wanted)].reset_index(drop=True)
