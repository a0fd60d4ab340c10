"""Instances carried over to another version of their process: what would happen, doing it, and the way back.

`plan_migration` tells the fate of every token without keeping anything; `migrate` does it, all or nothing;
`migrate_back` undoes it as long as nothing happened since.
"""

from .back import migrate_back
from .carry import Plan, migrate, plan_migration
from .mapping import default_mapping
from .survey import Fate

__all__ = ["Fate", "Plan", "default_mapping", "migrate", "migrate_back", "plan_migration"]
