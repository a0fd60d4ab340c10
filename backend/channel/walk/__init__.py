"""The walk of a case, the same for kiosk, phone and PC; a channel adds its layout."""

from backend.channel.walk.answer import Outcome, answer
from backend.channel.walk.stand import Stand, stand
from backend.channel.walk.words import translator

__all__ = ["Outcome", "Stand", "answer", "stand", "translator"]
