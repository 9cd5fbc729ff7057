"""The office's plan of reform tasks, held against the points that depend on them."""

from parindex.workplan.plan import Tasks, tasks

__all__ = ["Tasks", "tasks"]
