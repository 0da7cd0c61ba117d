"""How to go about a revision: from whether the plan works, and whether the world around it holds still."""

from typing import Literal

Approach = Literal["optimise", "adapt", "repair", "replace"]


def approach(*, results_good: bool, is_stable: bool) -> Approach:
    """Good and stable: optimise. Good in a changing world: adapt. Bad in a stable one: repair. Bad and changing: replace."""
    if results_good:
        return "optimise" if is_stable else "adapt"
    return "repair" if is_stable else "replace"
