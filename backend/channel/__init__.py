"""What all channels share, and the only part of the backend that they import.

channel.app("kiosk", blueprint, errand)     a Flask app with everything that every channel needs
door                                        calls for pages: cases, tasks, handoffs, inbox
identity                                    who makes this request
policy                                      the gate that every route names
"""

from backend.channel import door, identity
from backend.channel.application import app
from backend.channel.csrf import token as csrf_token
from backend.channel.places import Places
from backend.channel.policy import policy
from backend.channel.problem import (
    LoginRequired,
    NotForYou,
    NotFound,
    Problem,
)

__all__ = [
    "LoginRequired",
    "NotForYou",
    "NotFound",
    "Places",
    "Problem",
    "app",
    "csrf_token",
    "door",
    "identity",
    "policy",
]
