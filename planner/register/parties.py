"""Rows that name people -> one row per person or company of a case. ID numbers end here."""

import re
from collections.abc import Hashable, Mapping, Sequence

import pandas as pd

from planner.model.report import RowIssue
from planner.register import identity
from planner.register.rows import Table, issues_of, without_ids
from planner.register.values import each, is_blank, latitude, longitude, read_column
from planner.register.vocabulary import says, terms

TEXTS = ("party", "debtor", "creditor", "occupation", "phone", "residence", "service", "domicile")
SPLIT_ALONG = ("id_number", "gender", "occupation", "phone", "residence", "service", "domicile")
"""Cells that may hold one piece per debtor, in the debtors' order."""

NAMED_BY = ("party", "debtor", "creditor")
"""Columns that name somebody."""

ADDRESSES = ("residence", "service", "domicile")

SEPARATOR = re.compile(r"[、;\n,/](?![^()]*\))")
NUMBERING = re.compile(r"(^|[\s;、,])\d{1,2}[.、)](?=\D)")

LIST_MARK = re.compile(r"[、;\n,/.)\s]|^$")
"""Without one of these a text is no list."""

BARE_NUMBER = re.compile(r"\d{1,2}")
"""What is left of 1、张三 after splitting."""

MASKED = re.compile(r"\s*\(?(?:公民)?(?:身份)?(?:证件?)?(?:号码?)?:?\*\*\*\)?$")
"""What is left of an ID number that stood behind a name."""

OTHERS = re.compile(r"\s*等(?:\s*[\d一二三四五六七八九十百两]+\s*[人名户家位])?(?:\([^)]*\))?$")
"""张三等3人: the others are not named, and nobody can be sent to them."""

KEY = ["case_id", "role", "name"]
OF_ROW = ["case_id", "table", "row", "in_cases", "beaten"]
DETAILS = ["phone", *ADDRESSES, "x", "y"]


def split(text: str) -> list[str]:
    """The pieces of a cell that lists several: 张三、李四;王五, also numbered 1.张三 2.李四. Brackets stay whole."""
    if not LIST_MARK.search(text):
        return [] if BARE_NUMBER.fullmatch(text) else [text]
    numbered = NUMBERING.sub(r"\1;", text)
    return [piece for part in SEPARATOR.split(numbered) if (piece := part.strip()) and not BARE_NUMBER.fullmatch(piece)]


def clean_parties(tables: Sequence[Table], rows: pd.DataFrame, key: bytes) -> tuple[pd.DataFrame, list[RowIssue]]:
    """One row per name in a row, in the order of the register, with the details that belong to it.

    Args:
        rows: rows of known cases; ``beaten`` where another row of the case goes before, ``in_cases`` where the
            row is one of a cases sheet: who is named elsewhere too is named there first.

    Returns:
        source (index into ``rows``), case_id, role, name, is_company, id_hash, phone, the addresses, x, y, fisher,
        female, ...; the issues.
    """
    raw = rows
    rows = rows[[*OF_ROW, *TEXTS, "role", "id_number", "gender", "x", "y"]]
    rows, issues = without_ids(tables, rows.astype({"id_number": "str", "gender": "str"}), TEXTS)
    rows, found = _with_points(tables, rows)
    rows, unnamed = _names_alone(tables, rows)
    found += unnamed
    people, apart = _exploded(pd.concat([_named(tables, rows, by) for by in NAMED_BY]))
    for field, kind in (("id_number", "ids_unmatched"), *((address, "addresses_unmatched") for address in ADDRESSES)):
        issues += issues_of(tables, raw.loc[sorted(apart[field])], kind, field)
    people = people.sort_values(["beaten", "in_cases", "table", "row", "order", "nth"], ignore_index=True)
    people, unreadable = _identified(people, key)
    issues += issues_of(tables, raw.loc[sorted(unreadable)], "id_unreadable", "id_number")
    people["fisher"] = says(people["occupation"].fillna(""), "fisher")
    return people, issues + found


def _with_points(tables: Sequence[Table], rows: pd.DataFrame) -> tuple[pd.DataFrame, list[RowIssue]]:
    issues: list[RowIssue] = []
    points = {}
    for field, parse in (("x", longitude), ("y", latitude)):
        points[field], unreadable = read_column(rows[field], parse, "float64")
        issues += issues_of(tables, rows[unreadable], "bad_coordinate", field)
    whole = points["x"].notna() & points["y"].notna()
    return rows.assign(x=points["x"].where(whole), y=points["y"].where(whole)), issues


def _names_alone(tables: Sequence[Table], rows: pd.DataFrame) -> tuple[pd.DataFrame, list[RowIssue]]:
    """The names alone, without the traces of a number behind them, and an issue for each row that speaks of more."""
    issues: list[RowIssue] = []
    named: dict[str, pd.Series[str]] = {}
    for field in NAMED_BY:
        told = rows.loc[rows[field].notna(), ["table", "row", field]]
        alone, others = each(told[field], _name_alone, "str", "bool")
        issues += issues_of(tables, told[others], "others_unnamed", field)
        named[field] = alone.reindex(rows.index)
    return rows.assign(**named), issues


def _name_alone(text: str) -> tuple[str, bool]:
    told = MASKED.sub("", text) or text if "***" in text else text
    alone = OTHERS.sub("", told) or told if "等" in told else told
    return alone, alone != told


def _named(tables: Sequence[Table], rows: pd.DataFrame, by: str) -> pd.DataFrame:
    """The rows that name somebody in the column ``by``; the details of a row belong to 当事人, else to 被执行人."""
    named = rows[by].notna()
    frame = rows.loc[named, [*OF_ROW, *SPLIT_ALONG, "x", "y"]]
    frame = frame.assign(
        source=frame.index,
        order=NAMED_BY.index(by),
        name=rows[by][named],
        role=_role(tables, rows.loc[named, ["table", "role"]], by),
    )
    if by == "creditor":
        frame[[*SPLIT_ALONG, "x", "y"]] = None
    elif by == "debtor":
        frame.loc[rows["party"][named].notna(), [*SPLIT_ALONG, "x", "y"]] = None
    return frame


def _role(tables: Sequence[Table], rows: pd.DataFrame, by: str) -> "pd.Series[str]":
    if by != "party":
        return pd.Series(by, index=rows.index, dtype="str")
    # A list of people without a column for their role, and without one for debtors, is a list of debtors.
    only_debtors = {n for n, t in enumerate(tables) if not {"role", "debtor"} & t.header.columns.keys()}
    (told,) = each(rows["role"], lambda text: (_role_of(text),), "str")
    return told.mask(rows["table"].isin(only_debtors), "debtor")


def _role_of(text: str) -> str:
    if any(word in text for word in terms()["debtor_roles"]):
        return "debtor"
    return "creditor" if any(word in text for word in terms()["creditor_roles"]) else "other"


def _exploded(named: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, set[int]]]:
    """One row per name of a cell. Details with as many pieces as names go one to one; a single one goes to all.

    Returns the rows (``nth`` counts names from 0) and, per field, the source rows whose pieces do not match.
    """
    apart: dict[str, set[int]] = {field: set() for field in SPLIT_ALONG}
    first, alone = each(named["name"], _first_name, "str", "bool")
    if alone.all():
        return named.assign(nth=0, name=first), apart
    single = named[alone].assign(nth=0, name=first[alone])
    several = [
        record | {"name": name, "nth": nth} | details[nth]
        for record in named[~alone].to_dict("records")
        for names in [_names(str(record["name"]))]
        for details in [_details(record, len(names), apart)]
        for nth, name in enumerate(names)
    ]
    return pd.concat([single, pd.DataFrame(several, columns=single.columns).astype(single.dtypes)]), apart


def _first_name(text: str) -> tuple[str, bool]:
    names = _names(text)
    return names[0], len(names) == 1


def _names(text: str) -> list[str]:
    return split(text) or [text]


def _details(record: Mapping[Hashable, object], count: int, apart: dict[str, set[int]]) -> list[dict[str, object]]:
    """The details of each of ``count`` names in one row."""
    details: list[dict[str, object]] = [{} for _ in range(count)]
    for field in SPLIT_ALONG:
        told = record[field]
        pieces = split(told) if isinstance(told, str) else []
        if len(pieces) == count:
            own: Sequence[object] = [None if is_blank(piece) else piece for piece in pieces]
        elif field in ("id_number", "gender"):  # one person's number or sex is nobody else's
            own = [None] * count
        else:
            own = [told] * count
        if len(pieces) != count and len(pieces) > (0 if field == "id_number" else 1):
            apart[field].add(int(str(record["source"])))
        for detail, piece in zip(details, own, strict=True):
            detail[field] = piece
    return details


def _identified(people: pd.DataFrame, key: bytes) -> tuple[pd.DataFrame, set[int]]:
    """Hash, sex and kind of each person; the ID number goes. Also the source rows whose number is unreadable."""

    def read(text: str) -> tuple[str | None, bool, bool, bool]:
        number = identity.bare(text)
        if not identity.is_readable(number):
            return None, not is_blank(number), False, identity.is_company(number)
        return identity.id_hash(number, key), False, identity.is_woman(number), identity.is_company(number)

    numbers = people["id_number"].fillna("")
    hashes, unreadable, woman, company = each(numbers, read, "str", "bool", "bool", "bool")
    company |= says(people["name"], "company")
    told = people["gender"].fillna("")
    female = ~company & (says(told, "female") | ((told == "") & woman))
    known = people.drop(columns="id_number").assign(id_hash=hashes, is_company=company, female=female)
    return known, set(people.loc[unreadable, "source"])


def merged(people: pd.DataFrame) -> pd.DataFrame:
    """One row per person of a case: who is named twice keeps every detail that either row tells.

    Two people of one name with different ID numbers stay two. Adds ``party_no`` and ``source``, the
    row that brought the person in.
    """
    kept = people[[*KEY, "is_company", "id_hash", *DETAILS, "female", "fisher"]].assign(first=people.index)
    again = kept.duplicated(KEY, keep=False)
    persons = pd.concat([kept[~again], _one_each(kept[again])]) if again.any() else kept
    persons = persons.sort_values(["case_id", "first"], ignore_index=True)
    return persons.assign(
        party_no=persons.groupby("case_id").cumcount() + 1,
        source=people.loc[persons["first"], "source"].to_numpy(),
    )


def _one_each(repeated: pd.DataFrame) -> pd.DataFrame:
    """Rows of names that stand several times in a case -> one per person."""
    ids = repeated.groupby(KEY)["id_hash"]
    only = ids.transform("first").where(ids.transform("nunique") <= 1)  # the one number known of that name
    ranked = repeated.assign(
        id_hash=repeated["id_hash"].fillna(only),
        _person=repeated["id_hash"].fillna(only).fillna(""),
        _filled=repeated[DETAILS].notna().sum(axis=1),
    )
    fullest = ranked.sort_values(["_filled", *DETAILS], ascending=False, kind="stable")
    groups = fullest.groupby([*KEY, "_person"], sort=False)
    persons = groups[["is_company", "id_hash", *DETAILS]].first()
    persons["female"] = groups["female"].any()
    persons["fisher"] = groups["fisher"].any()
    persons["first"] = groups["first"].min()
    return persons.reset_index().drop(columns="_person")
