"""Histories for process mining: OCEL 2.0 as JSON and XES (IEEE 1849-2016) as XML.

Pure functions from events and their instants to bytes. No variable, correlation key, assignee or other person
goes out; whoever calls decides by which name a case is known.
"""

from .activities import Activity, Lived, Thing, activities
from .ocel import ocel
from .xes import xes

__all__ = ["Activity", "Lived", "Thing", "activities", "ocel", "xes"]
