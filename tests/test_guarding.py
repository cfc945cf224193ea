"""The guard that keeps tests on this machine can say no."""

from __future__ import annotations

import contextlib
import socket

import httpx
import pytest

from tests.guarding import BeyondLoopbackError, Guard

BEYOND = "192.0.2.1"  # TEST-NET-1: belongs to nobody


def test_a_test_cannot_connect_beyond_loopback(guard: Guard) -> None:
    with socket.socket() as one, pytest.raises(BeyondLoopbackError):
        one.connect((BEYOND, 80))
    assert len(guard.refused) == 1
    guard.refused.clear()


@pytest.mark.parametrize("host", ["example.com", b"example.com", BEYOND])
def test_a_test_cannot_look_up_a_name_beyond_loopback(guard: Guard, host: str | bytes) -> None:
    with pytest.raises(BeyondLoopbackError):
        socket.getaddrinfo(host, 80)
    guard.refused.clear()


def test_a_datagram_beyond_loopback_is_refused(guard: Guard) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one, pytest.raises(BeyondLoopbackError):
        one.sendto(b"x", (BEYOND, 53))
    guard.refused.clear()


def test_an_attempt_is_remembered_where_the_refusal_was_swallowed(guard: Guard) -> None:
    with contextlib.suppress(httpx.HTTPError):
        httpx.get("http://example.com", trust_env=False)
    assert guard.refused
    guard.refused.clear()


def test_loopback_is_open() -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        with socket.create_connection(("localhost", listening.getsockname()[1]), timeout=5):
            pass


def test_pairs_of_sockets_and_socket_files_are_open(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = str(tmp_path_factory.mktemp("s") / "s")
    with socket.socket(socket.AF_UNIX) as listening, socket.socket(socket.AF_UNIX) as one:
        listening.bind(path)
        listening.listen()
        one.connect(path)
