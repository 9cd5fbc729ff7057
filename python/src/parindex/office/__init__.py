"""Excel and Word as offices keep them: criteria tables and evidence in, templates out."""

from parindex.office.evidence import read_evidence
from parindex.office.framework import Imported, import_framework
from parindex.office.template import criteria_template, evidence_template

__all__ = ["Imported", "criteria_template", "evidence_template", "import_framework", "read_evidence"]
