"""Valkey: wake-ups and nothing that may not be lost. Every call survives its absence."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Iterator

import redis

log = logging.getLogger(__name__)
OUTBOX = "errand:wake"
PATIENCE = 1.0  # seconds for any answer


def connect(url: str) -> redis.Redis | None:
    """A client that does not wait long; None without a URL."""
    if not url:
        return None
    return redis.Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)


class Wake:
    """Tells the relay, after a commit, that there is work. A call costs no wait; several may become one."""

    def __init__(self, client: redis.Redis | None, topic: str = OUTBOX):
        self._client = client
        self._topic = topic
        self._event = threading.Event()
        self._thread: threading.Thread | None = None
        self._pid_lock = threading.Lock()

    def __call__(self) -> None:
        """Publish soon, in a thread of its own: the committer must not wait for a network."""
        if self._client is None:
            return
        self._event.set()
        if self._thread is None or not self._thread.is_alive():
            with self._pid_lock:
                if self._thread is None or not self._thread.is_alive():
                    self._thread = threading.Thread(target=self._run, name="wake", daemon=True)
                    self._thread.start()

    def _run(self) -> None:
        while True:
            self._event.wait()
            self._event.clear()
            with contextlib.suppress(redis.RedisError, OSError):
                self._client.publish(self._topic, "outbox")  # type: ignore[union-attr]


class Ear:
    """Hears wake-ups. Without Valkey, or while it is down, `wait` just waits."""

    def __init__(self, url: str, topic: str = OUTBOX):
        self._url = url
        self._topic = topic
        self._heard: Iterator[None] | None = None
        self._pubsub: redis.client.PubSub | None = None

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        """True at a wake-up, False after `seconds` (both at once when `stop` is set)."""
        if stop.is_set():
            return False
        try:
            if self._pubsub is None:
                self._pubsub = self._subscribe()
            if self._pubsub is None:
                stop.wait(seconds)
                return False
            message = self._pubsub.get_message(ignore_subscribe_messages=True, timeout=seconds)
            return message is not None
        except (redis.RedisError, OSError):
            self.close()
            stop.wait(min(seconds, 0.5))
            return False

    def close(self) -> None:
        """Forget the connection."""
        if self._pubsub is not None:
            with contextlib.suppress(redis.RedisError, OSError):
                self._pubsub.close()
            self._pubsub = None

    def _subscribe(self) -> redis.client.PubSub | None:
        if not self._url:
            return None
        client = redis.Redis.from_url(self._url, socket_connect_timeout=PATIENCE)
        pubsub: redis.client.PubSub = client.pubsub()  # type: ignore[no-untyped-call]
        pubsub.subscribe(self._topic)  # type: ignore[no-untyped-call]
        return pubsub
