"""A stand-in for products that give accounts out by a JSON API: a nameless one, and two as they document themselves.

It answers over real connections, keeps what it was asked, and can be told to misbehave.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

TOKEN = "pat-0123456789-secret"
Customer = Mapping[str, Any]

BEANS: Customer = {
    "id": "101",
    "name": "Baltic Beans",
    "domain": "balticbeans.example",
    "kind": "business",
    "email": "info@balticbeans.example",
    "phone": "+37120000478",
    "address": "Brivibas iela 1",
    "created_at": "2024-05-03T08:00:00Z",
    "recipients": [f"reader{number}@inbox.example" for number in range(30)],
}
ANA: Customer = {
    "id": "102",
    "name": "Ana Liepa",
    "kind": "individual",
    "email": "ana.liepa@inbox.example",
    "created_at": "2025-01-07T08:00:00Z",
}
BOATS: Customer = {
    "id": "103",
    "name": "Baltic Boats",
    "domain": "balticboats.example",
    "kind": "business",
    "email": "hello@balticboats.example",
    "phone": "+37120000999",
    "created_at": "2025-02-07T08:00:00Z",
    "recipients": ["skipper@inbox.example"],
}
CUSTOMERS = (BEANS, ANA, BOATS)


@dataclass
class Crm:
    """The product: who its customers are, what it was asked, and what it does instead of answering."""

    customers: tuple[Customer, ...] = CUSTOMERS
    trouble: Callable[[Request], Response | None] = lambda _: None
    asked: list[Request] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)
    url: str = ""

    def application(self) -> Starlette:
        """All three, behind a check of the token."""
        routes = [
            Route("/v1/customers", self._customers),
            Route("/v1/customers/{id}", self._customer),
            Route("/v1/customers/{id}/recipients", self._recipients),
            Route("/crm/v3/objects/companies/search", self._hubspot_companies, methods=["POST"]),
            Route("/crm/v3/objects/companies/{id}", self._hubspot_company),
            Route("/crm/v3/objects/contacts/search", self._hubspot_contacts, methods=["POST"]),
            Route("/api/v2/organizations/search", self._pipedrive_search),
            Route("/api/v2/organizations/{id}", self._pipedrive_organization),
            Route("/api/v2/persons", self._pipedrive_persons),
        ]
        return Starlette(routes=routes, middleware=[Middleware(BaseHTTPMiddleware, dispatch=self._gate)])

    async def _gate(self, request: Request, go_on: RequestResponseEndpoint) -> Response:
        self.asked.append(request)
        self.bodies.append(await request.json() if request.method == "POST" else None)
        if (instead := self.trouble(request)) is not None:
            return instead
        if TOKEN not in (request.headers.get("authorization", "")[7:], request.headers.get("x-api-token")):
            return JSONResponse({"message": "no"}, 401)
        return await go_on(request)

    def _known(self, number: str) -> Customer | None:
        return next((one for one in self.customers if one["id"] == number), None)

    async def _customer(self, request: Request) -> Response:
        found = self._known(request.path_params["id"])
        return JSONResponse(
            _shaped(found, _fields(request)) if found else {"error": "not found"}, 200 if found else 404
        )

    async def _customers(self, request: Request) -> Response:
        """By a whole address or phone, or by a text that is looked for everywhere, also in what is masked elsewhere."""
        given, limit = request.query_params, int(request.query_params.get("limit", 20))
        for key in ("email", "phone"):
            if key in given:
                found = [one for one in self.customers if _digits(key, one.get(key, "")) == given[key].lower()]
                return JSONResponse({"data": [_shaped(one, _fields(request)) for one in found[:limit]]})
        text = given.get("q", "").lower()
        everywhere = ("name", "domain", "email")
        found = [one for one in self.customers if any(text in str(one.get(key, "")).lower() for key in everywhere)]
        return JSONResponse({"data": [_shaped(one, _fields(request)) for one in found[:limit]]})

    async def _recipients(self, request: Request) -> Response:
        """Pages by number, offset, cursor, address and Link header: whichever the caller asks by."""
        found = self._known(request.path_params["id"])
        if found is None:
            return JSONResponse({"error": "not found"}, 404)
        given, whole = request.query_params, [{"email": one} for one in found.get("recipients", ())]
        if "email" in given:
            return JSONResponse({"items": [one for one in whole if one["email"] == given["email"]]})
        size = int(given.get("limit", 25))
        start = int(given.get("offset") or given.get("cursor") or (int(given.get("page", 1)) - 1) * size)
        more = start + size < len(whole)
        following = f"{self.url}/v1/customers/{found['id']}/recipients?limit={size}&offset={start + size}"
        answer = {"items": whole[start : start + size], "total": len(whole)}
        answer |= {"after": str(start + size), "next": following} if more else {}
        return JSONResponse(answer, headers={"Link": f'<{following}>; rel="next"'} if more else {})

    async def _hubspot_company(self, request: Request) -> Response:
        found = self._known(request.path_params["id"])
        asked = request.query_params.get("properties", "").split(",")
        return JSONResponse(_company(found, asked)) if found else JSONResponse({"status": "error"}, 404)

    async def _hubspot_companies(self, request: Request) -> Response:
        asked = await request.json()
        found = list(self.customers)
        for one in (one for group in asked.get("filterGroups", ()) for one in group["filters"]):
            found = [each for each in found if each.get(one["propertyName"]) == one["value"]]
        if text := asked.get("query", "").lower():
            found = [
                one
                for one in found
                if any(text in str(one.get(key, "")).lower() for key in ("name", "domain", "phone"))
            ]
        return JSONResponse({"total": len(found), "results": [_company(one, asked["properties"]) for one in found]})

    async def _hubspot_contacts(self, request: Request) -> Response:
        asked = await request.json()
        said = {one["propertyName"]: one.get("value") for one in asked["filterGroups"][0]["filters"]}
        found = self._known(said["associations.company"])
        whole = [one for one in (found or {}).get("recipients", ()) if said.get("email") in (None, one)]
        start, size = int(asked.get("after", 0)), asked["limit"]
        results = [{"id": str(n), "properties": {"email": one}} for n, one in enumerate(whole[start : start + size])]
        paging = {"paging": {"next": {"after": str(start + size)}}} if start + size < len(whole) else {}
        return JSONResponse({"total": len(whole), "results": results, **paging})

    async def _pipedrive_organization(self, request: Request) -> Response:
        found = self._known(request.path_params["id"])
        if found is None:
            return JSONResponse({"success": False, "error": "Organization not found"}, 404)
        return JSONResponse({"success": True, "data": _organization(found)})

    async def _pipedrive_search(self, request: Request) -> Response:
        term = request.query_params["term"].lower()
        if len(term) < 2:
            return JSONResponse({"success": False, "error": "term"}, 400)
        found = [one for one in self.customers if term in one["name"].lower()]
        items = [{"result_score": 0.3, "item": {**_organization(one), "address": None}} for one in found]
        return JSONResponse({"success": True, "data": {"items": items}, "additional_data": {"next_cursor": None}})

    async def _pipedrive_persons(self, request: Request) -> Response:
        given, found = request.query_params, self._known(request.query_params["org_id"])
        whole = list((found or {}).get("recipients", ()))
        start, size = int(given.get("cursor", 0)), min(int(given["limit"]), 20)
        data = [
            {"id": n, "emails": [{"value": one, "primary": True}]} for n, one in enumerate(whole[start : start + size])
        ]
        following = str(start + size) if start + size < len(whole) else None
        return JSONResponse({"success": True, "data": data, "additional_data": {"next_cursor": following}})


@contextmanager
def served(crm: Crm) -> Iterator[Crm]:
    """On a free port of 127.0.0.1, in a thread."""
    config = uvicorn.Config(crm.application(), host="127.0.0.1", port=0, log_level="critical", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.005)
    crm.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    try:
        yield crm
    finally:
        server.should_exit = True
        thread.join(10)


def _fields(request: Request) -> frozenset[str]:
    return frozenset(request.query_params.get("fields", "").split(","))


def _shaped(one: Customer, fields: frozenset[str]) -> dict[str, Any]:
    """As the nameless product has it: a number for an id, contact details one level down, words of its own."""
    kinds = {"business": "COMPANY", "individual": "PERSON"}
    flat = {"id": int(one["id"]), "name": one["name"], "domain": one.get("domain"), "type": kinds[one["kind"]]}
    contact = {key: one[key] for key in ("email", "phone") if key in one and key in fields}
    return {key: value for key, value in flat.items() if key in fields} | {"contact": contact}


def _company(one: Customer, asked: list[str]) -> dict[str, Any]:
    known = {**one, "hs_object_id": one["id"], "createdate": one["created_at"]}
    return {"id": one["id"], "properties": {key: known.get(key) for key in asked}, "archived": False}


def _organization(one: Customer) -> dict[str, Any]:
    address = {"value": one["address"]} if "address" in one else None
    return {"id": int(one["id"]), "name": one["name"], "add_time": one["created_at"], "address": address}


def _digits(key: str, value: str) -> str:
    return value.lower() if key == "email" else value.removeprefix("+")
