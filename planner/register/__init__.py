"""A court's register: the bytes of its workbooks in, cases and parties with an account of every row out."""

from planner.register.known import Known, joined, with_details
from planner.register.read import RegisterRead, read_register, survey
from planner.register.rows import AMOUNTS as AMOUNT_FIELDS
from planner.register.values import canonical_case_number, typed_amount
from planner.register.vocabulary import columns, header_key

FIELDS = (*columns().case_fields, *columns().party_fields)
"""What a column can be taken for (catalogue ``field.<name>``)."""

UNITS = ("元", "千元", "万元", "百万元", "亿元")
"""Units of amounts."""

__all__ = [
    "AMOUNT_FIELDS",
    "FIELDS",
    "UNITS",
    "Known",
    "RegisterRead",
    "canonical_case_number",
    "header_key",
    "joined",
    "read_register",
    "survey",
    "typed_amount",
    "with_details",
]
