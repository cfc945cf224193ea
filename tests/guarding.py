"""Keeps tests on this machine: an audit hook that refuses sockets to anything but loopback."""

from __future__ import annotations

import ipaddress
from typing import Any

AUDITED = frozenset(("socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname"))
HERE = frozenset(("", "localhost", "localhost.localdomain", "ip6-localhost"))


class BeyondLoopbackError(OSError):
    """A test tried to reach the network."""


class Guard:
    """`watch` is the hook; `refused` lists where the running test tried to go."""

    def __init__(self) -> None:
        self.refused: list[str] = []

    def watch(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Raise BeyondLoopbackError for an event that leads off this machine."""
        if event not in AUDITED:
            return
        target = arguments[0] if event.startswith("socket.get") else arguments[1]
        host = target[0] if isinstance(target, tuple) else target
        if (isinstance(target, tuple) or event.startswith("socket.get")) and not is_loopback(host):
            self.refused.append(f"{event} {host!r}")
            raise BeyondLoopbackError(f"tests may not reach {host!r}")


def is_loopback(host: object) -> bool:
    """Whether a socket address's host is this machine; None and "" mean an address to listen on."""
    if host is None:
        return True
    name = host.decode() if isinstance(host, bytes) else str(host)
    try:
        return name in HERE or ipaddress.ip_address(name.split("%")[0]).is_loopback
    except ValueError:
        return False
