"""Ends TLS before a service, as a proxy does: what the browser sends goes on in plain bytes."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

CHUNK_BYTES = 65_536


@contextmanager
def tls_proxy(name: str, backend_port: int, folder: Path) -> Iterator[int]:
    """The port on which `name` is served with a certificate of its own."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*_certificate(name, folder))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(
            target=_accept, args=(listener, context, backend_port), daemon=True
        ).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


def _accept(listener: socket.socket, context: ssl.SSLContext, backend_port: int) -> None:
    with suppress(OSError):  # closed: it is over
        while True:
            client, _ = listener.accept()
            threading.Thread(
                target=_serve, args=(client, context, backend_port), daemon=True
            ).start()


def _serve(client: socket.socket, context: ssl.SSLContext, backend_port: int) -> None:
    with (
        suppress(OSError),
        closing(client),
        context.wrap_socket(client, server_side=True) as browser,
        socket.create_connection(("127.0.0.1", backend_port)) as backend,
    ):
        answering = threading.Thread(target=_copy, args=(backend, browser), daemon=True)
        answering.start()
        _copy(browser, backend)
        answering.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while chunk := source.recv(CHUNK_BYTES):
            target.sendall(chunk)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def _certificate(name: str, folder: Path) -> tuple[Path, Path]:
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    request = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    named = ["-nodes", "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"]
    files = ["-keyout", str(key), "-out", str(certificate), "-days", "1"]
    subprocess.run([*request, *named, *files], check=True, capture_output=True)
    return certificate, key
