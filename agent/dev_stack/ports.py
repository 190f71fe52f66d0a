"""Loopback ports: which are free, and which one to take instead."""

import socket

LOOPBACK = "127.0.0.1"


def is_free(port: int, kind: socket.SocketKind) -> bool:
    with socket.socket(socket.AF_INET, kind) as candidate:
        if kind is socket.SOCK_STREAM:
            # As servers do: a port whose last connections are still closing can be listened on.
            candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            candidate.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    with socket.socket(socket.AF_INET, kind) as candidate:
        candidate.bind((LOOPBACK, 0))
        port: int = candidate.getsockname()[1]
        return port


def usual_or_free(usual: int, kind: socket.SocketKind) -> int:
    return usual if is_free(usual, kind) else free_port(kind)
