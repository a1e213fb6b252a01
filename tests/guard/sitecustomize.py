"""Fails whatever reaches past loopback, in the tests' process and (by PYTHONPATH) in those it starts."""

from __future__ import annotations

import ipaddress
import sys
from typing import Any


def _guard(event: str, args: tuple[Any, ...]) -> None:
    if event == "socket.connect" and isinstance(args[1], tuple):
        host = str(args[1][0])
        try:
            fine = ipaddress.ip_address(host).is_loopback
        except ValueError:
            fine = host == "localhost"
        if not fine:
            raise RuntimeError(f"a test reached past loopback: {host}")
    elif event == "socket.getaddrinfo" and args[0] not in {None, "", "localhost", b"localhost"}:
        host = args[0].decode() if isinstance(args[0], bytes) else str(args[0])
        try:
            ipaddress.ip_address(host)
        except ValueError:
            raise RuntimeError(f"a test looked up a name past loopback: {host}") from None


sys.addaudithook(_guard)
