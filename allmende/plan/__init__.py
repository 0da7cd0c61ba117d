"""Why: the living strategic plan, its versions, and the evidence told by the rooms above."""
