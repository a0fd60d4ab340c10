"""Registry of resources (RES): addresses, searched as one types, and dwellings by their code."""

from collections.abc import Mapping
from typing import Any

from outside.people import REGIONS, Dwelling, find_homes, home_by_code
from outside.registries.service import Answer, Refusal, Service

PROVIDER = "XE/GOV/1002/res"


def services() -> list[Service]:
    """The services of the registry."""
    return [
        Service(
            PROVIDER,
            "address",
            "Addresses that begin so: at most `limit` of them, best first, in one region if named",
            ("query", "limit", "region", "detail"),
            {"addresses": "list"},
            search,
            lambda asked: {"prices": [1, 2, 3]},
        ),
        Service(
            PROVIDER,
            "dwelling",
            "Whether the dwelling exists, and its use and area in m²",
            ("address_code",),
            {
                "exists": "boolean",
                "address": "string",
                "use": "string",
                "area": "integer",
                "region": "string",
            },
            dwelling,
            lambda asked: {"owner": "5089307017"},
            usual=("exists", "address"),
        ),
    ]


def row(home: Dwelling, *, detail: bool) -> dict[str, Any]:
    """One address as the registry tells it: code, text and postcode; with `detail` also its parts."""
    short = {"address_code": home.code, "address": home.text, "postcode": home.postcode}
    if not detail:
        return short
    return short | {
        "street": home.street,
        "number": home.number,
        "flat": home.flat,
        "town": home.town,
        "region": home.region,
        "building_code": home.building,
    }


def search(asked: Mapping[str, Any]) -> Answer:
    """The addresses that `query` may mean, in full with `detail`; an empty query finds none."""
    query, limit, region = asked.get("query"), asked.get("limit", 8), asked.get("region")
    if not isinstance(query, str) or len(query) > 200:
        raise Refusal(422, "invalid-query", "query must be a text of at most 200 characters.")
    if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= 20:
        raise Refusal(422, "invalid-limit", "limit must be a whole number from 1 to 20.")
    if region is not None and region not in REGIONS:
        raise Refusal(422, "unknown-region", "region must be north, south or central.")
    detail = asked.get("detail") is True
    return {"addresses": [row(home, detail=detail) for home in find_homes(query, limit, region)]}


def dwelling(asked: Mapping[str, Any]) -> Answer:
    """What the registry holds about one dwelling; for an unknown code `exists` is false."""
    code = asked.get("address_code")
    if not isinstance(code, str) or len(code) > 40:
        raise Refusal(422, "invalid-address-code", "address_code must be a text.")
    home = home_by_code(code)
    return {
        "exists": home is not None,
        "address": home and home.text,
        "use": home and home.use,
        "area": home and home.area,
        "region": home and home.region,
    }
