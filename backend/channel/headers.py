"""What every answer tells the browser: no foreign content, no frames, no sniffing, nothing personal kept."""

from __future__ import annotations

from flask import Flask, Response, request

from backend.channel.places import Places

PERMISSIONS = "geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=(), camera=(self)"
SHARED = ("/look/", "/sw.js", "/manifest.webmanifest")


def install(app: Flask, channel: str, places: Places, demo_push: str = "") -> None:
    """Sets the headers on every answer of the app; a route may set a stricter value of its own.

    demo_push: the origin of a demo's push service, which the citizen's pages may then ask for a subscription.
    """
    always = {
        "Content-Security-Policy": content_policy(channel, places, demo_push if channel == "web" else ""),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": PERMISSIONS,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    if places.scheme == "https":
        always["Strict-Transport-Security"] = "max-age=31536000"
    private = always | {"Cache-Control": "no-store"}

    @app.after_request
    def harden(answer: Response) -> Response:
        given = {name.lower() for name in answer.headers.keys()}  # noqa: SIM118  pairs otherwise
        wanted = always if request.path.startswith(SHARED) else private
        for name, value in wanted.items():
            if name.lower() not in given:
                answer.headers.add(name, value)
        return answer


def content_policy(channel: str, places: Places, demo_push: str = "") -> str:
    """The Content-Security-Policy of a channel: its own origin, its sockets, at a kiosk the local agent."""
    connect = ["'self'", places.live(channel)]
    if channel == "kiosk":
        connect.append(places.agent())
    if channel == "web" and places.demo_push:
        connect.append(places.demo_push)
    if demo_push:
        connect.append(demo_push)
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            "media-src 'self'",
            f"connect-src {' '.join(connect)}",
            "manifest-src 'self'",
            "worker-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ]
    )
