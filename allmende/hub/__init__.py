"""The public door. Empty until something is shown to members."""
