"""A court's register: the bytes of its workbooks in, cases and parties with an account of every row out."""

from planner.register.known import Known, joined, with_details
from planner.register.match import Match, matches, taken
from planner.register.read import RegisterRead, read_register, survey
from planner.register.rows import AMOUNTS as AMOUNT_FIELDS
from planner.register.tips import Tip, tips_of_files, tips_of_text
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
    "Match",
    "RegisterRead",
    "Tip",
    "canonical_case_number",
    "header_key",
    "joined",
    "matches",
    "read_register",
    "survey",
    "taken",
    "tips_of_files",
    "tips_of_text",
    "typed_amount",
    "with_details",
]
