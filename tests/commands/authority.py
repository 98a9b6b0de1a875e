"""A timestamp authority on loopback: OpenSSL's own, with certificates made for one test."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

SETTINGS = """[tsa]
default_tsa = one
[one]
serial = {folder}/serial
default_policy = 1.3.6.1.4.1.99999.1
digests = sha256
signer_digest = sha256
"""


@dataclass
class Authority:
    """Where it answers, and how. `status` other than 200 is a failure; `forced` is an answer in place of its own."""

    folder: Path
    url: str = ""
    status: int = 200
    forced: bytes | None = None
    queries: list[bytes] = field(default_factory=list)
    answers: list[bytes] = field(default_factory=list)

    @property
    def roots(self) -> Path:
        """The certificates to believe it by."""
        return self.folder / "root.pem"

    def answer(self, query: bytes) -> bytes:
        """Stamp what a query asks for."""
        (self.folder / "query.tsq").write_bytes(query)
        names = ("-queryfile", "query.tsq", "-inkey", "key.pem", "-signer", "signer.pem", "-config", "settings.cnf")
        done = subprocess.run(
            ["openssl", "ts", "-reply", *names, "-out", "reply.tsr"], cwd=self.folder, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return (self.folder / "reply.tsr").read_bytes()


@contextmanager
def serving(folder: Path) -> Iterator[Authority]:
    """Let an authority answer as long as the block lasts."""
    folder.mkdir()
    make_certificates(folder)
    (folder / "settings.cnf").write_text(SETTINGS.format(folder=folder))
    authority = Authority(folder)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            authority.queries.append(query)
            body = authority.answer(query) if authority.forced is None else authority.forced
            authority.answers.append(body)
            self.send_response(authority.status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        authority.url = f"http://127.0.0.1:{server.server_port}/tsr"
        try:
            yield authority
        finally:
            server.shutdown()
            thread.join()


def make_certificates(folder: Path) -> None:
    """Write a root, and the certificate of an authority under it with its key."""
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root_name, name = named("Root of Hamaville"), named("Clock Tower of Hamaville")
    root = certificate(root_name, root_name, root_key.public_key(), is_root=True).sign(root_key, hashes.SHA256())
    signer = certificate(name, root_name, key.public_key(), is_root=False).sign(root_key, hashes.SHA256())
    (folder / "root.pem").write_bytes(root.public_bytes(Encoding.PEM))
    (folder / "signer.pem").write_bytes(signer.public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def certificate(
    name: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, *, is_root: bool
) -> x509.CertificateBuilder:
    day, now = timedelta(days=1), datetime.now(UTC)
    made = x509.CertificateBuilder(issuer, name, key, x509.random_serial_number(), now - day, now + day)
    made = made.add_extension(x509.BasicConstraints(ca=is_root, path_length=None), critical=True)
    if is_root:
        return made
    return made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
