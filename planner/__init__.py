"""planner (乡镇执行重点区域研判与集中执行规划): township hotspot targeting and campaign planning."""

__version__ = "0.1.0"
