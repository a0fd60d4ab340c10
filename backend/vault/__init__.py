"""Keys and encryption: what leaves this room for a disk is sealed, what must be found again is blinded."""

from backend.vault.keys import DataKey, SealBroken
from backend.vault.vault import Vault

__all__ = ["DataKey", "SealBroken", "Vault"]
