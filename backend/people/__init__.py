"""Who is there: persons, their sessions, and the devices that stand in halls."""

from backend.people.devices import Device, Devices, Proof
from backend.people.errors import (
    CodeNotAvailable,
    DeviceRefused,
    LoginFailed,
    NotTheSubject,
    PeopleError,
    SessionOver,
    TooMany,
)
from backend.people.login import Login, Logins
from backend.people.oidc import Oidc, OidcSettings
from backend.people.people import People
from backend.people.persons import Claims, Person, Persons
from backend.people.sessions import Opening, Sessions, fresh

__all__ = [
    "Claims",
    "CodeNotAvailable",
    "Device",
    "DeviceRefused",
    "Devices",
    "Login",
    "LoginFailed",
    "Logins",
    "NotTheSubject",
    "Oidc",
    "OidcSettings",
    "Opening",
    "People",
    "PeopleError",
    "Person",
    "Persons",
    "Proof",
    "SessionOver",
    "Sessions",
    "TooMany",
    "fresh",
]
