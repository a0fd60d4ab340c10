"""A16, A17: an address that a stranger chooses never reaches the inside."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from backend.adapters.egress import Egress, EgressFailed, EgressRefused, is_public


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "https://127.0.0.1/",
        "https://169.254.169.254/latest",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://localhost/",
        "https://10.0.0.1/",
        "https://192.168.1.1/",
        "https://[64:ff9b::7f00:1]/",
        "https://[2002:7f00:1::]/",
        "https://1.1.1.1:8443/",
        "https://user:pw@1.1.1.1/",
        "https://user@1.1.1.1/",
        "ftp://1.1.1.1/",
        "https:///x",
        "https://1.1.1.1:99999/",
        "https://name.invalid/",
    ],
)
def test_A17_refused(url: str) -> None:
    with pytest.raises(EgressRefused):
        Egress().resolve(url)


def test_public_addresses_pass() -> None:
    assert is_public("1.1.1.1") and is_public("2606:4700:4700::1111")
    assert Egress().resolve("https://1.1.1.1/x")[1] == "1.1.1.1"


class _Peer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/close":  # keeps the connection by its words, and closes it all the same
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()
            self.close_connection = True
            return
        if self.path == "/go":
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1:1/")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        body = self.headers["Host"].encode() if self.path == "/host" else b"x" * 70_000
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def peer():
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Peer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()


def test_allowed_pair_is_called_by_name(peer: int) -> None:
    egress = Egress(frozenset({f"registry.localhost:{peer}"}))
    answer = egress.call("GET", f"http://registry.localhost:{peer}/host")
    assert (answer.status, answer.body) == (200, f"registry.localhost:{peer}".encode())
    with pytest.raises(EgressRefused):
        egress.call("GET", f"http://127.0.0.1:{peer}/host")


def test_redirects_are_not_followed(peer: int) -> None:
    answer = Egress(frozenset({f"localhost:{peer}"})).call("GET", f"http://localhost:{peer}/go")
    assert answer.status == 302


def test_long_answers_are_cut_off(peer: int) -> None:
    with pytest.raises(EgressFailed):
        Egress(frozenset({f"localhost:{peer}"})).call("GET", f"http://localhost:{peer}/long")


def test_a_kept_connection_that_was_closed_meanwhile_costs_nothing(peer: int) -> None:
    egress = Egress(frozenset({f"localhost:{peer}"}))
    assert egress.call("GET", f"http://localhost:{peer}/close").status == 200
    assert egress.call("GET", f"http://localhost:{peer}/close").status == 200


def test_a_dead_peer_is_a_failure() -> None:
    with pytest.raises(EgressFailed):
        Egress(frozenset({"localhost:1"})).call("GET", "http://localhost:1/")
