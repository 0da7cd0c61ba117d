"""The knowledge of the trade: plain functions and values, no Django, no I/O, no clock."""
