"""The API for apps and for the pages' own scripts: the same on every origin, under /api/v1.

from mobile_api import blueprint
"""

from mobile_api import (
    cases,
    devices,
    events,
    handoffs,
    inbox,
    openapi,
    operations,
    people,
    push,
    services,
    tasks,
)
from mobile_api.call import blueprint

__all__ = [
    "blueprint",
    "cases",
    "devices",
    "events",
    "handoffs",
    "inbox",
    "openapi",
    "operations",
    "people",
    "push",
    "services",
    "tasks",
]
