"""Excel and Word as offices keep them: criteria tables and evidence in, templates out."""

from parindex.office.framework import Imported, import_framework

__all__ = ["Imported", "import_framework"]
