"""A court's register: the bytes of its workbooks in, cases and parties with an account of every row out."""

from planner.register.read import RegisterRead, read_register

__all__ = ["RegisterRead", "read_register"]
