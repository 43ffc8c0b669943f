"""What all table contracts share."""

import pandas as pd
import pandera.pandas as pa


def schema(columns: dict[str, pa.Column], unique: list[str] | None = None) -> pa.DataFrameSchema:
    """A strict table: exactly these columns, in this order, coerced to these types."""
    return pa.DataFrameSchema(columns, strict=True, ordered=True, coerce=True, unique=unique)


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
