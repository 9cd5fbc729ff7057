"""The stages of an appraisal round, from the self-score to the published result."""

from typing import Literal, TypeAlias, get_args

Stage: TypeAlias = Literal["self", "appraised-1", "explained", "appraised-2", "final"]

STAGES: tuple[Stage, ...] = get_args(Stage)
"""In their order: of several rows of evidence the latest stage counts."""
