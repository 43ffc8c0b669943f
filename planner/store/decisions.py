"""What people decided about places, and what that taught the gazetteer.

A decision belongs to a person and the addresses told of that person, not to a row of a register: it holds for every
case of that debtor, survives another order of the parties, and falls away when an address changes.
"""

from dataclasses import dataclass
from datetime import datetime

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from planner.model.region import ALIAS_TABLE
from planner.store import frames, schema
from planner.store.audit import note
from planner.store.engine import reading, writing
from planner.store.frames import vault_of
from planner.store.vault import Vault

PLACE = ["township_code", "village_code"]
TOLD = ["name", "residence", "service", "domicile", "x", "y"]


@dataclass(frozen=True)
class Decision:
    """A person's word on where a debtor is. ``township_code`` None: outside the county.

    ``alias`` teaches the gazetteer a name of that place; ``withdrawn`` takes an earlier decision back.
    """

    case_id: str
    party_no: int
    township_code: str | None = None
    village_code: str | None = None
    alias: str | None = None
    withdrawn: bool = False


def subjects(parties: pd.DataFrame, vault: Vault) -> list[str]:
    """A keyed digest of each party's name and addresses."""
    told = parties[TOLD].astype("object").where(parties[TOLD].notna(), "")
    return [vault.digest("\n".join(map(str, row))) for row in told.itertuples(index=False, name=None)]


def decided(engine: Engine, parties: pd.DataFrame) -> pd.DataFrame:
    """What is decided about some of PARTY_TABLE: case_id, party_no, township_code (NA: outside), village_code."""
    d = schema.decisions.c
    with reading(engine) as connection:
        query = sa.select(d.subject, d.withdrawn, d.township_code, d.village_code).order_by(d.id)
        rows = connection.execute(query).all()
        vault = vault_of(connection)
    latest = {row.subject: row for row in rows}
    standing = {subject: row for subject, row in latest.items() if not row.withdrawn}
    told = subjects(parties, vault) if standing else []
    found = [
        (case_id, party_no, standing[subject].township_code, standing[subject].village_code)
        for case_id, party_no, subject in zip(parties["case_id"], parties["party_no"], told, strict=bool(standing))
        if subject in standing
    ]
    frame = pd.DataFrame(found, columns=["case_id", "party_no", *PLACE])
    return frame.astype({"case_id": "str", "party_no": "Int64"} | dict.fromkeys(PLACE, "str"))


def subjects_of(engine: Engine) -> pd.DataFrame:
    """case_id, party_no, subject of all parties."""
    p = schema.party_rows.c
    with reading(engine) as connection:
        rows = connection.execute(sa.select(p.case_id, p.party_no, p.subject)).all()
    frame = pd.DataFrame(rows, columns=["case_id", "party_no", "subject"])
    return frame.astype({"case_id": "str", "party_no": "Int64", "subject": "str"})


def same_subject(engine: Engine, case_id: str, party_no: int) -> list[str]:
    """The cases in which this very person stands with these very addresses; empty where there is no such party."""
    p = schema.party_rows.c
    of_party = sa.select(p.subject).where((p.case_id == case_id) & (p.party_no == party_no)).scalar_subquery()
    with reading(engine) as connection:
        return list(
            connection.scalars(sa.select(p.case_id).where(p.subject == of_party).distinct().order_by(p.case_id))
        )


def aliases(engine: Engine) -> pd.DataFrame:
    """ALIAS_TABLE: what decisions have taught the gazetteer."""
    a = schema.learnt_aliases.c
    with reading(engine) as connection:
        rows = connection.execute(sa.select(*(a[name] for name in ALIAS_TABLE.columns)).order_by(a.id)).all()
    frame = pd.DataFrame(rows, columns=list(ALIAS_TABLE.columns))
    return ALIAS_TABLE.validate(frame.drop_duplicates(ALIAS_TABLE.unique, ignore_index=True))


def save_decision(engine: Engine, decision: Decision, at: datetime, by: str) -> list[str]:
    """Add a decision and what it teaches; what an earlier one about the same person taught is taken back.

    Returns the names that were learnt or unlearnt.
    """
    with writing(engine) as connection:
        subject = _subject(connection, decision)
        changed = _unlearn(connection, subject)
        inserted = connection.execute(
            sa.insert(schema.decisions).values(
                case_id=decision.case_id,
                party_no=decision.party_no,
                subject=subject,
                withdrawn=decision.withdrawn,
                township_code=decision.township_code,
                village_code=decision.village_code,
                at=at,
                by=by,
            )
        )
        if decision.alias and decision.township_code:
            changed.append(decision.alias)
            connection.execute(
                sa.insert(schema.learnt_aliases).values(
                    alias=decision.alias,
                    township_code=decision.township_code,
                    village_code=decision.village_code,
                    note=f"{by} {at:%Y-%m-%d}",
                    decision_id=inserted.inserted_primary_key[0] if inserted.inserted_primary_key else None,
                )
            )
        action = "placing.withdrawn" if decision.withdrawn else "placing.decided"
        note(connection, at, by, action, decision.case_id, str(decision.party_no))
    return changed


def replace_placings(engine: Engine, placed: pd.DataFrame, at: datetime, by: str) -> None:
    """Put PLACED_TABLE rows in the place of all rows of their cases."""
    with writing(engine) as connection:
        frames.forget(connection, schema.placed_rows, set(placed["case_id"]))
        frames.append(connection, schema.placed_rows, placed)
        note(connection, at, by, "placing.redone", "placed", str(len(placed)))


def _subject(connection: Connection, decision: Decision) -> str:
    p = schema.party_rows.c
    of_party = (p.case_id == decision.case_id) & (p.party_no == decision.party_no)
    return str(connection.scalars(sa.select(p.subject).where(of_party)).one())


def _unlearn(connection: Connection, subject: str) -> list[str]:
    d, a = schema.decisions.c, schema.learnt_aliases
    taught = a.c.decision_id.in_(sa.select(d.id).where(d.subject == subject))
    names = list(connection.scalars(sa.select(a.c.alias).where(taught)))
    connection.execute(sa.delete(a).where(taught))
    return names
