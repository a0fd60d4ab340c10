"""The addresses of an installation: each channel is an origin of its own, since cookies ignore ports.

Environment: ERRAND_HOST (localhost), ERRAND_SCHEME (http), ERRAND_WEB_PORT, ERRAND_LIVE_PORT,
ERRAND_AGENT_PORT (ERRAND_PORT_BASE + 0, 1, 20; base 8000), ERRAND_PUBLIC_PORT and ERRAND_PUBLIC_LIVE_PORT
where a proxy listens elsewhere; ERRAND_DEMO_PUSH, the push service of a demo (empty in production).
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

CHANNELS = ("web", "kiosk", "desk")
PREFIX = {"web": "", "kiosk": "kiosk.", "desk": "desk."}
USUAL = {"http": "80", "https": "443"}


class Places(Struct, frozen=True, kw_only=True):
    """Host, scheme and ports as a browser sees them."""

    host: str = "localhost"
    scheme: str = "http"
    port: str = "8000"
    live_port: str = "8001"
    agent_port: str = "8020"
    demo_push: str = ""

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> Places:
        """The places that the environment names."""
        base = int(environ.get("ERRAND_PORT_BASE") or 8000)

        def port(name: str, offset: int) -> str:
            return environ.get(name) or str(base + offset)

        return cls(
            host=environ.get("ERRAND_HOST") or "localhost",
            scheme=environ.get("ERRAND_SCHEME") or "http",
            port=environ.get("ERRAND_PUBLIC_PORT") or port("ERRAND_WEB_PORT", 0),
            live_port=environ.get("ERRAND_PUBLIC_LIVE_PORT") or port("ERRAND_LIVE_PORT", 1),
            agent_port=port("ERRAND_AGENT_PORT", 20),
            demo_push=environ.get("ERRAND_DEMO_PUSH") or "",
        )

    def name(self, channel: str) -> str:
        """The host name of a channel, without port."""
        return PREFIX[channel] + self.host

    def origin(self, channel: str) -> str:
        """The origin of a channel: `http://kiosk.localhost:8000`."""
        return self._origin(self.scheme, channel, self.port)

    def live(self, channel: str) -> str:
        """The address of the sockets beside a channel, of the same host so that its cookie goes along."""
        return self._origin("wss" if self.scheme == "https" else "ws", channel, self.live_port)

    def agent(self) -> str:
        """The local agent of a kiosk, as the kiosk's own browser reaches it."""
        return f"http://127.0.0.1:{self.agent_port}"

    def hosts(self, channel: str) -> list[str]:
        """What the Host header of a request to this channel may be."""
        name = self.name(channel)
        return [f"{name}:{self.port}"] + ([name] if USUAL[self.scheme] == self.port else [])

    def channel_of(self, host: str) -> str | None:
        """The channel of a Host header; None for any other host."""
        for channel in CHANNELS:
            if host.lower() in self.hosts(channel):
                return channel
        return None

    def _origin(self, scheme: str, channel: str, port: str) -> str:
        usual = {"ws": "80", "wss": "443"} | USUAL
        return f"{scheme}://{self.name(channel)}" + ("" if usual[scheme] == port else f":{port}")
