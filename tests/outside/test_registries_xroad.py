"""X-Road as the registries speak it: the rules XR-… of the protocol pages, the services, and the switch."""

import base64
import hashlib
import threading
import time
import uuid

import pytest

from outside.people import build
from outside.registries.app import create_app
from outside.registries.message import XRoadError, client_of, request_hash

US = {"X-Road-Client": "XE/GOV/2001/errand-south"}
ANNA = build().named["anna"].id


@pytest.fixture
def client():
    return create_app(allowed=frozenset({"XE/GOV/2001/errand-south"})).test_client()


def ask(client, service="XE/GOV/1001/pop/identity", headers=US, **body):
    return client.post(f"/r1/{service}", json=body, headers=headers)


def test_identity_gives_the_minimum_and_nothing_else(client):
    answer = ask(client, person_id=ANNA)
    assert answer.json == {"name": "Anna Orsel", "birth_date": "1988-03-14", "alive": True, "block": False}


def test_address_and_household_of_the_mock_ups(client):
    address = ask(client, "XE/GOV/1001/pop/address", person_id=ANNA).json
    assert address["address"] == "Kiln Lane 3, flat 2, Northby"
    assert (address["region"], address["from"]) == ("north", "2019-08-01")
    assert set(address) == {"address_code", "address", "region", "from", "block"}
    parts = ask(
        client, "XE/GOV/1001/pop/address", person_id=ANNA, fields=["street", "number", "flat", "town"]
    ).json
    assert parts == {"street": "Kiln Lane", "number": "3", "flat": "2", "town": "Northby"}
    members = ask(client, "XE/GOV/1001/pop/household", person_id=ANNA).json["members"]
    assert [(m["name"], m["role"]) for m in members] == [
        ("Boris Orsel", "spouse"),
        ("Mira Orsel", "daughter"),
        ("Tomas Orsel", "son"),
    ]
    assert {frozenset(m) for m in members} == {frozenset({"person_id", "role", "name", "birth_date"})}


def test_fields_choose_what_comes_back(client):
    assert ask(client, person_id=ANNA, fields=["name"]).json == {"name": "Anna Orsel"}
    refused = ask(client, person_id=ANNA, fields=["name", "religion"])
    assert refused.status_code == 422 and "X-Road-Error" not in refused.headers


def test_a_protected_person_is_blocked_everywhere(client):
    nadia = build().named["nadia"].id
    assert ask(client, person_id=nadia).json["block"] is True
    address = ask(client, "XE/GOV/1001/pop/address", person_id=nadia).json
    assert address.pop("block") is True and set(address.values()) == {None}
    assert ask(client, "XE/GOV/1001/pop/household", person_id=nadia).json == {"members": [], "block": True}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"person_id": "1234567890"}, 422),
        ({"person_id": 5}, 422),
        ({}, 422),
        ({"person_id": ANNA, "all": True}, 422),
        ({"person_id": "1000000009"}, 404),
    ],
)
def test_XR_ERR_02_the_registrys_own_refusal_carries_no_x_road_error(client, body, status):
    if status == 404:
        from outside.people import check_digit

        body = {"person_id": "100000001" + check_digit("100000001")}
    answer = ask(client, **body)
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert "X-Road-Error" not in answer.headers
    assert ANNA not in answer.text


def test_XR_HDR_01_the_client_header_is_mandatory_and_well_formed(client):
    for headers in (
        {},
        {"X-Road-Client": "XE/GOV"},
        {"X-Road-Client": "XE/G€V/2001/x"},
        {"X-Road-Client": "a/b/c/d/e"},
    ):
        answer = ask(client, headers=headers, person_id=ANNA)
        assert answer.status_code == 400
        assert answer.headers["X-Road-Error"] == answer.json["type"] == "Client.BadRequest"
        uuid.UUID(answer.json["detail"])


def test_XR_HDR_01_if_doubled_the_last_counts():
    assert str(client_of("XE/GOV/9/x,XE/GOV/2001/errand-south")) == "XE/GOV/2001/errand-south"
    assert str(client_of("XE/GOV/20,01/x")) == "XE/GOV/20,01/x"
    with pytest.raises(XRoadError):
        client_of("XE//2001/x")


def test_XR_PATH_02_parts_are_decoded_one_by_one(client):
    assert ask(client, "XE/GOV/1001/pop/%69dentity", person_id=ANNA).status_code == 200
    assert ask(client, "XE/GOV/1001/pop%2Fidentity", person_id=ANNA).headers["X-Road-Error"] != ""


@pytest.mark.parametrize(
    ("path", "headers", "type"),
    [
        ("XE/GOV/1001/pop/nothing", US, "Server.ServerProxy.UnknownService"),
        ("XE/GOV/4444/pop/identity", US, "Server.ClientProxy.UnknownMember"),
        (
            "XE/GOV/1001/pop/identity",
            {"X-Road-Client": "XE/GOV/2002/errand-north"},
            "Server.ServerProxy.AccessDenied",
        ),
        (
            "XE/GOV/1001/pop/identity",
            {"X-Road-Client": "XE/GOV/9999/who"},
            "Server.ClientProxy.UnknownMember",
        ),
        ("XE/GOV/1001/pop/identity/deeper", US, "Server.ServerProxy.AccessDenied"),
    ],
)
def test_XR_ERR_03_and_XR_SEC_01_access_is_by_client_and_service(client, path, headers, type):
    answer = ask(client, path, headers, person_id=ANNA)
    assert (answer.status_code, answer.headers["X-Road-Error"]) == (500, type)
    assert answer.json["type"] == type


def test_XR_SEC_01_another_method_is_not_allowed(client):
    answer = client.get("/r1/XE/GOV/1001/pop/identity", headers=US)
    assert answer.headers["X-Road-Error"] == "Server.ServerProxy.AccessDenied"


def test_XR_ERR_01_errors_follow_accept(client):
    answer = ask(client, headers={"Accept": "text/xml"}, person_id=ANNA)
    assert answer.mimetype == "text/xml" and "<type>Client.BadRequest</type>" in answer.text


def test_XR_HDR_the_servers_headers_come_back(client):
    mine = str(uuid.uuid4())
    answer = ask(client, headers=US | {"X-Road-Id": mine, "X-Road-Request-Hash": "forged"}, person_id=ANNA)
    assert answer.headers["X-Road-Id"] == mine
    assert answer.headers["X-Road-Client"] == US["X-Road-Client"]
    assert answer.headers["X-Road-Service"] == "XE/GOV/1001/pop/identity"
    uuid.UUID(answer.headers["X-Road-Request-Id"])
    assert len(base64.b64decode(answer.headers["X-Road-Request-Hash"])) == 64
    assert (
        ask(client, headers=US | {"X-Road-Id": "7"}, person_id=ANNA).headers["X-Road-Error"]
        == "Client.BadRequest"
    )


def test_XR_HASH_01_and_02_by_hand():
    head = b"POST\r\n/r1/XE/a?b=1\r\nX-Road-Client:XE/GOV/1\r\nAccept:*/*\r\n"
    inner = hashlib.sha512(head).digest() + hashlib.sha512(b"{}").digest()
    headers = [("X-Road-Client", "XE/GOV/1"), ("Accept", "*/*")]
    assert (
        request_hash("POST", "/r1/XE/a?b=1", headers, b"{}")
        == base64.b64encode(hashlib.sha512(inner).digest()).decode()
    )
    assert (
        request_hash("POST", "/r1/XE/a?b=1", headers, b"")
        == base64.b64encode(hashlib.sha512(head).digest()).decode()
    )


def test_XR_HASH_the_hash_of_a_call_is_over_what_the_provider_received(client):
    sent = US | {"X-Road-Id": str(uuid.uuid4()), "Accept": "application/json", "Connection": "close"}
    body = b'{"person_id":"' + ANNA.encode() + b'"}'
    answer = client.post(
        "/r1/XE/GOV/1001/pop/identity", data=body, content_type="application/json", headers=sent
    )
    received = [
        ("Content-Type", "application/json"),
        ("Accept", "application/json"),
        ("X-Road-Client", US["X-Road-Client"]),
        ("X-Road-Id", sent["X-Road-Id"]),
        ("X-Road-Request-Id", answer.headers["X-Road-Request-Id"]),
    ]
    lines = ["POST", "/r1/XE/GOV/1001/pop/identity", *(f"{n}:{v}" for n, v in received)]
    head = hashlib.sha512("".join(f"{line}\r\n" for line in lines).encode()).digest()
    expected = base64.b64encode(hashlib.sha512(head + hashlib.sha512(body).digest()).digest()).decode()
    assert answer.headers["X-Road-Request-Hash"] == expected


def test_XR_META_01_methods_and_what_the_caller_may_use(client):
    listed = client.get("/r1/XE/GOV/1001/pop/listMethods", headers=US).json["service"]
    assert {s["service_code"] for s in listed} == {"identity", "address", "household"}
    assert listed[0]["endpoint_list"] == [{"method": "POST", "path": "/"}]
    north = {"X-Road-Client": "XE/GOV/2002/errand-north"}
    assert client.get("/r1/XE/GOV/1001/pop/allowedMethods", headers=north).json == {"service": []}
    assert len(client.get("/r1/XE/GOV/1001/pop/allowedMethods", headers=US).json["service"]) == 3


def test_XR_META_02_openapi_of_a_service(client):
    path = "/r1/XE/GOV/1001/pop/getOpenAPI"
    assert client.get(path, headers=US).headers["X-Road-Error"] == "Client.BadRequest"
    described = client.get(f"{path}?serviceCode=identity", headers=US).json
    gives = described["paths"]["/"]["post"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert set(gives["properties"]) == {"name", "birth_date", "alive", "block"}


def test_XR_META_03_clients(client):
    members = client.get("/listClients").json["member"]
    assert any(m["id"].get("subsystem_code") == "errand-south" for m in members)


def test_addresses_are_found_as_one_types(client):
    def search(**body):
        return ask(client, "XE/GOV/1002/res/address", **body)

    found = search(query="millrace str 14, flat 6 southm").json["addresses"]
    assert [row["address"] for row in found] == ["Millrace Street 14, flat 6, Southmere"]
    assert (
        search(query="swietojanska", limit=3, detail=True).json["addresses"][0]["street"]
        == "Ulica Świętojańska"
    )
    assert search(query="").json == {"addresses": []}
    assert all(
        row["region"] == "north"
        for row in search(query="kiln", region="north", detail=True).json["addresses"]
    )
    assert search(query="kiln", limit=True).status_code == 422
    assert search(query="kiln", limit=1000).status_code == 422
    code = found[0]["address_code"]
    assert ask(client, "XE/GOV/1002/res/dwelling", address_code=code).json["exists"] is True
    assert ask(client, "XE/GOV/1002/res/dwelling", address_code="1").json["exists"] is False


def turn(client, mode, **more):
    assert client.post("/_control", json={"mode": mode, **more}).status_code == 200


def test_switch_down_is_a_network_error_of_x_road(client):
    turn(client, "down", service="pop")
    assert ask(client, person_id=ANNA).headers["X-Road-Error"] == "Server.ServerProxy.NetworkError"
    assert ask(client, "XE/GOV/1002/res/address", query="kiln").status_code == 200
    turn(client, "up")
    assert ask(client, person_id=ANNA).status_code == 200


def test_switch_wrong_surplus_foreign_redirect(client):
    turn(client, "wrong")
    assert not isinstance(ask(client, person_id=ANNA).json["name"], str)
    turn(client, "surplus")
    assert set(ask(client, person_id=ANNA).json) > {"name", "birth_date", "alive", "block"}
    turn(client, "foreign")
    assert ask(client, person_id=ANNA).json["name"] != "Anna Orsel"
    turn(client, "redirect")
    assert ask(client, person_id=ANNA).status_code == 302


def test_switch_slow_waits_and_goes_on_when_turned_back(client):
    turn(client, "slow", seconds=30)
    answers = []
    started = time.monotonic()
    asking = threading.Thread(
        target=lambda: answers.append(ask(client.application.test_client(), person_id=ANNA))
    )
    asking.start()
    time.sleep(0.15)
    assert not answers
    turn(client, "up")
    asking.join(5)
    assert answers[0].status_code == 200 and time.monotonic() - started < 5


def test_what_was_asked_is_counted_without_values(client):
    ask(client, headers=US | {"X-Road-UserId": "XE" + ANNA, "X-Road-Issue": "SM-1"}, person_id=ANNA)
    report = client.get("/_control/seen")
    assert report.json["count"] == 1
    seen = report.json["seen"][0]
    assert (seen["service"], seen["keys"], seen["status"]) == ("XE/GOV/1001/pop/identity", ["person_id"], 200)
    assert seen["user"] is True and seen["issue"] is True
    assert ANNA not in report.text and "Orsel" not in report.text and "SM-1" not in report.text
    assert client.delete("/_control/seen").status_code == 204
    assert client.get("/_control/seen").json["count"] == 0


def test_another_sites_page_cannot_turn_the_switch(client):
    form = {"mode": "down"}
    assert client.post("/_control", data=form, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.post("/_control", data=form, headers={"Origin": "http://evil.example"}).status_code == 403
    assert client.post("/_control", data=form, headers={"Origin": "http://localhost"}).status_code == 303
    assert client.post("/_control", json={"mode": "explode"}).status_code == 400
    assert "Network" in client.get("/").text


def test_bodies_are_bounded_and_of_the_right_kind(client):
    path = "/r1/XE/GOV/1001/pop/identity"
    assert (
        client.post(path, data="x" * 70_000, content_type="application/json", headers=US).status_code == 413
    )
    assert client.post(path, data="{", content_type="application/json", headers=US).status_code == 400
    assert client.post(path, data="person_id=1", headers=US).status_code in (400, 415)
    assert client.post(path, data="[]", content_type="application/json", headers=US).status_code == 400
