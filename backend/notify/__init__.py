"""Notify: what became of a case reaches the person: inbox first, then a push that says nothing."""

from backend.notify.inbox import Inbox, Message
from backend.notify.ports import PushFailed, PushRefused, Sent, Subscription
from backend.notify.push import Push

__all__ = ["Inbox", "Message", "Push", "PushFailed", "PushRefused", "Sent", "Subscription"]
