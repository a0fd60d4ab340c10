"""Who may do what: one table as data (permissions.yaml), asked everywhere, deny by default."""

from backend.rights.actor import SYSTEM, Actor, Grant
from backend.rights.can import Thing, can, masked

__all__ = ["SYSTEM", "Actor", "Grant", "Thing", "can", "masked"]
