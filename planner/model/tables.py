"""What all table contracts share."""

from typing import Any

import pandas as pd
import pandera.pandas as pa
from pandas.api.types import is_any_real_numeric_dtype


class Contract(pa.DataFrameSchema):
    """A pandera schema that is asked in full only where a table does not plainly keep it: most do, and asking takes
    pandera a hundredth of a second, which is more than the work on a small table."""

    @classmethod
    def get_backend(cls, *args: Any, **options: Any) -> Any:
        return pa.DataFrameSchema.get_backend(*args, **options)  # backends are kept by the very class

    def validate(self, check_obj: pd.DataFrame, *args: Any, **options: Any) -> pd.DataFrame:
        plain = None if args or options else _as_promised(check_obj, self)
        return super().validate(check_obj, *args, **options) if plain is None else plain


def _as_promised(frame: pd.DataFrame, contract: pa.DataFrameSchema) -> pd.DataFrame | None:
    """The table with its numbers in the types of the contract, if it keeps it; None: pandera must look."""
    if type(frame) is not pd.DataFrame or list(frame.columns) != list(contract.columns):
        return None
    counted = {}
    for name, column in contract.columns.items():
        wanted, values = column.dtype.type, frame[name]
        if repr(values.dtype) != repr(wanted):
            if not (len(frame) == 0 or (is_any_real_numeric_dtype(values.dtype) and is_any_real_numeric_dtype(wanted))):
                return None
            try:
                counted[name] = values = values.astype(wanted)
            except (TypeError, ValueError):  # a fraction where whole numbers are kept, for one
                return None
        if not _holds(values, column):
            return None
    if contract.unique and frame.duplicated(contract.unique).any():
        return None
    return frame.assign(**counted) if counted else frame.copy()


def _holds(values: "pd.Series[Any]", column: pa.Column) -> bool:
    known = values.dropna()
    if len(known) < len(values) and not column.nullable:
        return False
    for check in column.checks:
        match check.name, check.statistics:
            case "greater_than_or_equal_to", {"min_value": least}:
                kept = (known >= least).all()
            case "less_than_or_equal_to", {"max_value": most}:
                kept = (known <= most).all()
            case "isin", {"allowed_values": allowed}:
                kept = set(known.unique()) <= set(allowed)
            case _:
                return False
        if not kept:
            return False
    return True


def schema(columns: dict[str, pa.Column], unique: list[str] | None = None) -> pa.DataFrameSchema:
    """A strict table: exactly these columns, in this order, coerced to these types."""
    return Contract(columns, strict=True, ordered=True, coerce=True, unique=unique)


def text(nullable: bool = False) -> pa.Column:
    return pa.Column(pd.StringDtype(), nullable=nullable)


def whole(nullable: bool = False, least: int | None = None) -> pa.Column:
    """A whole number (Int64, may be NA where ``nullable``)."""
    return pa.Column(pd.Int64Dtype(), pa.Check.ge(least) if least is not None else None, nullable=nullable)


def real(nullable: bool = False, least: float | None = None, most: float | None = None) -> pa.Column:
    checks = []
    if least is not None:
        checks.append(pa.Check.ge(least))
    if most is not None:
        checks.append(pa.Check.le(most))
    return pa.Column("float64", checks, nullable=nullable)


def flag() -> pa.Column:
    return pa.Column("bool")


def day(nullable: bool = False) -> pa.Column:
    """A date without a time, as datetime64[ns] at midnight."""
    return pa.Column("datetime64[ns]", nullable=nullable)


def moment() -> pa.Column:
    """A point in time, UTC."""
    return pa.Column(pd.DatetimeTZDtype("us", "UTC"))


def one_of(values: tuple[str, ...], nullable: bool = False) -> pa.Column:
    return pa.Column(pd.StringDtype(), pa.Check.isin(values), nullable=nullable)


def empty(contract: pa.DataFrameSchema) -> pd.DataFrame:
    """A table without rows that keeps the contract."""
    return contract.validate(pd.DataFrame({name: [] for name in contract.columns}))
