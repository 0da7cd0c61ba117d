"""Figures against a baseline of the same run, one module per subject; each has `run(long)`."""
