"""The push service: RFC 8030, 8291 and 8292 by their numbers, against a sender that is another library."""

import json
import os
import time

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pywebpush import WebPusher

from outside.push.app import create_app
from outside.push.decrypt import Receiver, Undecryptable, b64url, unb64url

ORIGIN = "http://127.0.0.1:8012"
KEY = ec.generate_private_key(ec.SECP256R1())


@pytest.fixture
def client(tmp_path, monkeypatch):
    monkeypatch.setenv("ERRAND_HOME", str(tmp_path))
    for name in ("ERRAND_PUBLIC_PORT", "ERRAND_HOST", "ERRAND_SCHEME", "ERRAND_PORT_BASE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ERRAND_WEB_PORT", "8000")
    return create_app(ORIGIN).test_client()


def public(key=KEY):
    return b64url(key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def vapid(key=KEY, alg="ES256", **changes):
    claims = {"aud": ORIGIN, "exp": int(time.time()) + 3600, "sub": "mailto:ops@example.org"} | changes
    parts = [b64url(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": alg}, claims)]
    r, s = decode_dss_signature(key.sign(".".join(parts).encode(), ec.ECDSA(hashes.SHA256())))
    token = ".".join([*parts, b64url(r.to_bytes(32) + s.to_bytes(32))])
    return f"vapid t={token}, k={public(key)}"


def subscribe(client, **body):
    answer = client.post("/subscribe", json=body)
    assert answer.status_code == 201
    assert set(answer.json) == {"endpoint", "expirationTime", "keys"}
    return answer.json | {"id": answer.headers["Location"].rsplit("/", 1)[-1]}


def send(client, one, text='{"t":"case-update"}', **headers):
    keys = {"p256dh": one["keys"]["p256dh"], "auth": one["keys"]["auth"]}
    sealed = WebPusher({"endpoint": one["endpoint"], "keys": keys}).encode(text.encode(), "aes128gcm")["body"]
    sent = {"TTL": "60", "Content-Encoding": "aes128gcm", "Authorization": vapid()} | headers
    path = one["endpoint"].removeprefix(ORIGIN)
    return client.post(path, data=sealed, headers={k: v for k, v in sent.items() if v is not None})


def received(client, one):
    return client.get(f"/messages/{one['id']}").json


def test_RFC_8291_appendix_A():
    receiver = Receiver.of(
        unb64url("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"), unb64url("BTBZMqHH6r4Tts7J_aSIgg")
    )
    assert b64url(receiver.public) == (
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
    )
    message = (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK"
        "6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )
    assert receiver.open(unb64url(message)) == b"When I grow up, I want to be a watermelon"


def test_what_another_library_encrypts_is_read(client):
    one = subscribe(client)
    assert len(unb64url(one["keys"]["p256dh"])) == 65 and len(unb64url(one["keys"]["auth"])) == 16
    answer = send(client, one, '{"t":"case-update","ref":"é"}', Urgency="high", Topic="abc_-1")
    assert answer.status_code == 201
    assert answer.headers["Location"].startswith(ORIGIN + "/message/") and answer.headers["TTL"] == "60"
    (message,) = received(client, one)["messages"]
    assert message["body"] == {"t": "case-update", "ref": "é"}
    assert (message["ttl"], message["urgency"], message["topic"]) == (60, "high", "abc_-1")
    assert message["vapid"]["sub"] == "mailto:ops@example.org"
    assert message["size"] > 86


@pytest.mark.parametrize("at", [0, 18, 20, 30, 90, -1])
def test_RFC_8188_one_changed_byte_is_noticed(at):
    receiver = Receiver.new()
    keys = {"p256dh": b64url(receiver.public), "auth": b64url(receiver.auth)}
    sealed = bytearray(WebPusher({"endpoint": "x", "keys": keys}).encode(b"hello", "aes128gcm")["body"])
    assert receiver.open(bytes(sealed)) == b"hello"
    if at == 18:
        sealed[16:20] = (10).to_bytes(4)
    else:
        sealed[at] ^= 1
    with pytest.raises(Undecryptable):
        receiver.open(bytes(sealed))


def test_RFC_8291_other_keys_cannot_read(client):
    one, two = subscribe(client), subscribe(client)
    assert send(client, one | {"keys": two["keys"]}).status_code == 201
    (message,) = received(client, one)["messages"]
    assert message["body"] is None and "RFC 8188" in message["fault"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"TTL": None}, 400),
        ({"TTL": "-1"}, 400),
        ({"TTL": "soon"}, 400),
        ({"Urgency": "urgent"}, 400),
        ({"Topic": "a" * 33}, 400),
        ({"Topic": "a b"}, 400),
        ({"Content-Encoding": "aesgcm"}, 415),
        ({"Content-Encoding": None}, 415),
        ({"Authorization": None}, 401),
        ({"Authorization": "Bearer x"}, 401),
        ({"Authorization": "vapid t=a.b.c, k=x"}, 401),
        ({"Authorization": vapid(aud="https://push.example")}, 401),
        ({"Authorization": vapid(exp=1)}, 401),
        ({"Authorization": vapid(exp=int(time.time()) + 90_000)}, 401),
        ({"Authorization": vapid(exp=None)}, 401),
        ({"Authorization": vapid(sub="me")}, 401),
        ({"Authorization": vapid(alg="none")}, 401),
        (
            {
                "Authorization": vapid().rsplit("k=", 1)[0]
                + "k="
                + public(ec.generate_private_key(ec.SECP256R1()))
            },
            401,
        ),
    ],
)
def test_RFC_8030_and_8292_what_is_refused(client, headers, status):
    one = subscribe(client)
    answer = send(client, one, **headers)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert received(client, one)["messages"] == []


def test_RFC_8030_7_2_size(client):
    one = subscribe(client)
    path = one["endpoint"].removeprefix(ORIGIN)
    headers = {"TTL": "0", "Content-Encoding": "aes128gcm", "Authorization": vapid()}
    assert client.post(path, data=os.urandom(4097), headers=headers).status_code == 413
    assert client.post(path, data=os.urandom(4096), headers=headers).status_code == 201


def test_RFC_8292_4_2_a_restricted_subscription_takes_its_sender_alone(client):
    one = subscribe(client, applicationServerKey=public())
    assert send(client, one).status_code == 201
    other = ec.generate_private_key(ec.SECP256R1())
    assert send(client, one, Authorization=vapid(other)).status_code == 403
    assert client.post("/subscribe", json={"applicationServerKey": "AAAA"}).status_code == 400


def test_messages_are_found_by_endpoint_and_by_list(client):
    one = subscribe(client)
    send(client, one, '{"n":1}')
    by_endpoint = client.get("/messages/" + one["endpoint"].rsplit("/", 1)[-1]).json
    assert by_endpoint == received(client, one) and by_endpoint["messages"][0]["body"] == {"n": 1}
    listed = client.get("/subscriptions").json["subscriptions"]
    assert listed == [{"id": one["id"], "ended": False, "received": 1}]


def control(client, mode, **more):
    assert client.post("/_control", json={"mode": mode, **more}).status_code == 200


def test_switch_gone_missing_busy(client):
    one, two = subscribe(client), subscribe(client)
    control(client, "gone", subscription=one["id"])
    assert send(client, one).status_code == 410 and send(client, two).status_code == 201
    control(client, "missing")
    assert send(client, one).status_code == send(client, two).status_code == 404
    control(client, "busy", retry_after=7)
    busy = send(client, one)
    assert (busy.status_code, busy.headers["Retry-After"]) == (429, "7")
    control(client, "up")
    assert send(client, one).status_code == 201
    assert client.post("/_control", json={"mode": "boom"}).status_code == 400
    cross = client.post("/_control", data={"mode": "gone"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert cross.status_code == 403


def test_RFC_8030_5_4_a_topic_replaces_what_waits_and_5_2_ttl_ends_it(client):
    one = subscribe(client)
    control(client, "offline")
    for n in range(3):
        send(client, one, json.dumps({"n": n}), Topic="case")
    send(client, one, '{"n":"other"}', Topic="other")
    send(client, one, '{"n":"now or never"}', TTL="0")
    send(client, one, '{"n":"short"}', TTL="1")
    assert received(client, one)["pending"] == 3 and received(client, one)["messages"] == []
    client.application.extensions["office"]._clock = lambda: time.time() + 2
    control(client, "up")
    assert [m["body"]["n"] for m in received(client, one)["messages"]] == [2, "other"]


def test_an_ended_subscription_is_gone_and_an_unknown_one_missing(client):
    one = subscribe(client)
    assert client.delete(one["endpoint"].removeprefix(ORIGIN)).status_code == 204
    assert send(client, one).status_code == 410
    assert send(client, one | {"endpoint": ORIGIN + "/push/x"}).status_code == 404
    assert client.get("/messages/x").status_code == 404


def test_a_restart_keeps_subscriptions_in_a_private_file(client, tmp_path):
    one = subscribe(client)
    again = create_app(ORIGIN).test_client()
    assert send(again, one, "plain").status_code == 201
    assert received(again, one)["messages"][0]["body"] == "plain"
    assert (tmp_path / "outside" / "push.json").stat().st_mode & 0o777 == 0o600


def test_the_page_shows_what_a_lock_screen_shows(client):
    one = subscribe(client)
    send(client, one, '{"t":"<i>"}')
    page = client.get(f"/phone/{one['id']}").text
    assert "You have an update" in page and "<i>" not in page
    assert one["id"] in client.get("/").text


def test_a_page_of_the_citizens_origin_may_subscribe_and_no_other(client):
    ours = {"Origin": "http://localhost:8000", "Sec-Fetch-Site": "same-site"}
    answer = client.post("/subscribe", json={}, headers=ours)
    assert answer.status_code == 201
    assert answer.headers["Access-Control-Allow-Origin"] == "http://localhost:8000"
    assert (
        client.options("/subscribe", headers=ours).headers["Access-Control-Allow-Headers"] == "Content-Type"
    )
    foreign = {"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert client.post("/subscribe", json={}, headers=foreign).status_code == 403
