"""What if: a unit's evidence changed, and what becomes of its points and its place."""

from parindex.whatif.explore import explore
from parindex.whatif.scenario import Scenario

__all__ = ["Scenario", "explore"]
