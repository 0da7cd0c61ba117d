"""Allmende: a living strategic plan for people who look after communities."""

__version__ = "0.1.0"
