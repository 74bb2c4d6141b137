"""The wire between the reader and its worker: JSON messages with open files attached.

In: a connected Unix socket on either side.
Out: messages; the attached files are in memory and have no name, so that nothing is left behind
when a process is killed.
"""

from __future__ import annotations

import json
import os
import socket
import struct
import tempfile
from typing import Any

_HEAD = struct.Struct(">QB")


def memory_file() -> int:
    """A file descriptor of a nameless file, in memory where the system has such files."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("cells")
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def send(connection: socket.socket, message: dict[str, Any], descriptor: int | None = None) -> None:
    """Send one message, with at most one open file."""
    body = json.dumps(message).encode()
    descriptors = [] if descriptor is None else [descriptor]
    head = _HEAD.pack(len(body), len(descriptors))
    if descriptors:
        socket.send_fds(connection, [head], descriptors)
    else:
        connection.sendall(head)
    connection.sendall(body)


def receive(connection: socket.socket) -> tuple[dict[str, Any], int | None]:
    """The next message and the file attached to it.

    Raises:
        EOFError: the other side is gone.
        TimeoutError: the connection's time limit has passed.
    """
    head, descriptors, _, _ = socket.recv_fds(connection, _HEAD.size, 1)
    head += _exactly(connection, _HEAD.size - len(head)) if head else b""
    if not head:
        raise EOFError
    length, _ = _HEAD.unpack(head)
    message: dict[str, Any] = json.loads(_exactly(connection, length))
    return message, descriptors[0] if descriptors else None


def _exactly(connection: socket.socket, length: int) -> bytes:
    parts = bytearray()
    while len(parts) < length:
        part = connection.recv(min(length - len(parts), 1 << 20))
        if not part:
            raise EOFError
        parts += part
    return bytes(parts)
