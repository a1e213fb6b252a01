"""The page, the login form, and the files they load."""

from __future__ import annotations

import hashlib
import html
import json
from pathlib import Path
from string import Template
from typing import ClassVar

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from hayal import Desk
from hayal_web.guard import Access
from hayal_web.texts import preferred, texts

FOREVER = "public, max-age=31536000, immutable"
FRESH = "no-cache"


class Pages:
    """What `static/` holds, read once, under a path that names its version: it can be cached for ever."""

    types: ClassVar = {
        ".css": "text/css; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".svg": "image/svg+xml",
        ".webmanifest": "application/manifest+json",
    }

    def __init__(self, folder: Path, desk: Desk, access: Access) -> None:
        self._desk = desk
        self._access = access
        files = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}
        digest = hashlib.sha256()
        for name, data in files.items():
            digest.update(f"{name} {len(data)} ".encode() + data)
        self.version = digest.hexdigest()[:16]
        self._page = Template(files["index.html"].decode())
        self._login = Template(files["login.html"].decode())
        self._files = {
            name: (data, self.types[suffix])
            for name, data in files.items()
            if (suffix := Path(name).suffix) in self.types
        }
        self._texts = json.dumps(texts(desk), ensure_ascii=False).encode()
        self._texts_tag = f'"{hashlib.sha256(self._texts).hexdigest()[:24]}"'

    async def static(self, request: Request) -> Response:
        """A file of the page."""
        found = self._files.get(request.path_params["name"])
        if found is None:
            return PlainTextResponse("There is nothing here.\n", 404)
        data, kind = found
        tag = f'"{self.version}"'
        current = request.path_params["version"] == self.version
        headers = {"cache-control": FOREVER if current else FRESH, "etag": tag, "content-type": kind}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(data, headers=headers)

    async def texts(self, request: Request) -> Response:
        """The texts of the page, in all languages."""
        headers = {"cache-control": FRESH, "etag": self._texts_tag, "content-type": "application/json"}
        if request.headers.get("if-none-match") == self._texts_tag:
            return Response(status_code=304, headers=headers)
        return Response(self._texts, headers=headers)

    async def page(self, request: Request) -> Response:
        """The chat. Who has no identity yet gets one."""
        if "token" in request.query_params:
            return RedirectResponse("/", 303)
        identities = self._access.identities
        chat = self._access.chat(request.headers) or identities.new_chat()
        response = self._html(self._page, preferred(request.headers.get("accept-language", "")))
        response.headers["set-cookie"] = identities.chat_header(chat, secure=self._access.secure(request.scope))
        return response

    def login(self, language: str, status: int = 200, problem: str = "") -> Response:
        """The form that asks for the token, with the text of what was wrong."""
        response = self._html(self._login, language, problem=self._desk.say(language, problem) if problem else "")
        response.status_code = status
        # With no-referrer, browsers hide the origin of a form's POST even from the page's own server.
        response.headers["referrer-policy"] = "same-origin"
        return response

    def _html(self, template: Template, language: str, **values: str) -> Response:
        ids = set(template.get_identifiers()) - {"lang", "version", "problem"}
        said = {name: self._desk.say(language, name.replace("_", "-")) for name in ids}
        values = {"lang": language, "version": self.version, **values, **said}
        body = template.substitute({name: html.escape(value) for name, value in values.items()})
        return Response(body, headers={"content-type": "text/html; charset=utf-8", "cache-control": "no-store"})
