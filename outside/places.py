"""Ports of these worlds, and the origins of the Errand that they stand beside."""

import os

USUAL = {"http": 80, "https": 443}


def port_of(variable: str, offset: int) -> int:
    """The port that this environment variable names, else ERRAND_PORT_BASE (8000) and this offset."""
    return int(os.environ.get(variable) or int(os.environ.get("ERRAND_PORT_BASE") or 8000) + offset)


def origin_of(scheme: str, host: str, port: int) -> str:
    """An origin as a browser writes it: without the port that the scheme has by itself."""
    return f"{scheme}://{host}" + ("" if USUAL[scheme] == port else f":{port}")


def errand_origin(prefix: str = "") -> str:
    """The origin of Errand's citizens, or with a prefix ("kiosk.", "desk.") of another channel.

    As ERRAND_SCHEME, ERRAND_HOST, and ERRAND_PUBLIC_PORT or ERRAND_WEB_PORT say.
    """
    port = int(os.environ.get("ERRAND_PUBLIC_PORT") or port_of("ERRAND_WEB_PORT", 0))
    host = os.environ.get("ERRAND_HOST") or "localhost"
    return origin_of(os.environ.get("ERRAND_SCHEME") or "http", prefix + host, port)
