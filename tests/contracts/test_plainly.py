"""A table that is taken without asking pandera is what pandera would have made of it."""

from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pytest

from planner.model.tables import Contract, day, flag, one_of, real, schema, text, whole

COLUMNS = {
    "code": text(),
    "count": whole(nullable=True, least=0),
    "share": real(least=0, most=1),
    "kind": one_of(("a", "b"), nullable=True),
    "on": day(nullable=True),
    "sure": flag(),
}
OURS = schema(COLUMNS, unique=["code"])
PANDERA = pa.DataFrameSchema(COLUMNS, strict=True, ordered=True, coerce=True, unique=["code"])

SOUND = pd.DataFrame(
    {
        "code": pd.Series(["x", "y", "z"], dtype="str"),
        "count": pd.Series([1, None, 3], dtype="Int64"),
        "share": [0.0, 0.5, 1.0],
        "kind": pd.Series(["a", None, "b"], dtype="str"),
        "on": pd.to_datetime(["2026-01-01", None, "2026-02-01"]).as_unit("ns"),
        "sure": [True, False, True],
    }
)
CHANGES: dict[str, Any] = {
    "count": [pd.Series([1, 2, 3]), pd.Series([1.0, 2.0, 3.0]), pd.Series([1.5, 2, 3]), pd.Series([-1, 2, 3])],
    "share": [pd.Series([0, 1, 0]), pd.Series([0.1, np.nan, 0.2]), pd.Series([0.1, 1.1, 0.2])],
    "code": [pd.Series(["x", "x", "z"], dtype="str"), pd.Series(["x", None, "z"], dtype="str"), pd.Series([1, 2, 3])],
    "kind": [pd.Series(["a", "c", "b"], dtype="str"), pd.Series(["a", "b", "b"], dtype=object)],
    "sure": [pd.Series([1, 0, 1]), pd.Series([2, 0, 1])],
}
CASES = [("as it is", SOUND), ("no rows", SOUND.iloc[:0]), ("another order", SOUND[list(COLUMNS)[::-1]])]
CASES += [
    (f"{name} {n}", SOUND.assign(**{name: values})) for name, found in CHANGES.items() for n, values in enumerate(found)
]


def validated(contract: pa.DataFrameSchema, frame: pd.DataFrame) -> pd.DataFrame | str:
    try:
        return contract.validate(frame)
    except (pa.errors.SchemaError, pa.errors.SchemaErrors) as fault:
        return type(fault).__name__


@pytest.mark.parametrize("frame", [frame for _, frame in CASES], ids=[name for name, _ in CASES])
def test_ours_says_what_pandera_says(frame: pd.DataFrame) -> None:
    ours, theirs = validated(OURS, frame), validated(PANDERA, frame)
    assert isinstance(OURS, Contract)
    if isinstance(theirs, str):
        assert ours == theirs
    else:
        assert isinstance(ours, pd.DataFrame)
        pd.testing.assert_frame_equal(ours, theirs)


def test_the_answer_is_no_window_on_what_was_given() -> None:
    given = SOUND.copy()
    told = OURS.validate(given)
    told.loc[0, "share"] = 0.9
    assert given.equals(SOUND)
