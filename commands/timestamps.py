"""Asking a timestamp authority since when some bytes exist, and checking its answer (RFC 3161).

The protocol is rfc3161-client's, an extra; without it everything else of `newskeep evidence` works.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPException
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from newskeep.errors import NewskeepError

_TIMEOUT_SECONDS = 30.0
_LARGEST_ANSWER_BYTES = 256 * 1024
_DIGESTS = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}


class TimestampError(NewskeepError):
    """An authority gave no timestamp, or one that does not hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What a timestamp says: since when the bytes exist, by whose word (None where it gives no name)."""

    at: datetime
    authority: str | None


def ask_authority(url: str, data: bytes) -> tuple[bytes, Stamp]:
    """Ask an authority to vouch for bytes, of which only a digest is sent; gives its answer as it came, and its word.

    Raises TimestampError: no answer, a refusal, or a word on other bytes than ours.
    """
    library = _library()
    asked = library.TimestampRequestBuilder(data=data, hash_algorithm=library.HashAlgorithm.SHA256).build()
    answer = _post(url, asked.as_bytes())
    decoded = _decoded(answer)
    if decoded.tst_info.nonce != asked.nonce:
        raise TimestampError(f"the authority {url} answered another request than ours")
    return answer, _stamp(decoded, data)


def check_stamp(answer: bytes, data: bytes, roots: Path | None) -> Stamp:
    """Check that an authority under one of the root certificates in a file (PEM) vouched for these bytes.

    Raises TimestampError: it did not, the answer is damaged, or there are no roots to believe it by.
    """
    decoded = _decoded(answer)
    stamp = _stamp(decoded, data)
    if roots is None:
        message = (
            f"the timestamp names these bytes and {stamp.at:%Y-%m-%d %H:%M:%S} UTC, but anybody could have written it:"
            " name the authority's root certificates with --roots FILE"
        )
        raise TimestampError(message)
    verifier = _library().VerifierBuilder(roots=_certificates(roots)).build()
    try:
        verifier.verify_message(decoded, data)
    except (_library().VerificationError, ValueError) as error:
        message = f"the timestamp is not by an authority under {roots}: {' '.join(str(error).split())}"
        raise TimestampError(message) from error
    return stamp


def _decoded(answer: bytes) -> Any:
    library = _library()
    try:
        decoded = library.decode_timestamp_response(answer)
        status = library.PKIStatus(decoded.status)
        if status is not library.PKIStatus.GRANTED:
            reason = "; ".join(decoded.status_string) or status.name.lower().replace("_", " ")
            raise TimestampError(f"the timestamp authority refused: {reason}")
        decoded.tst_info  # noqa: B018  # is decoded here, and raises where it is damaged
    except ValueError as error:
        raise TimestampError(f"the timestamp authority's answer cannot be read: {error}") from error
    return decoded


def _stamp(decoded: Any, data: bytes) -> Stamp:
    info = decoded.tst_info
    digest = _DIGESTS.get(info.message_imprint.hash_algorithm.dotted_string)
    if digest is None or hashlib.new(digest, data).digest() != info.message_imprint.message:
        raise TimestampError("the timestamp is on other bytes than these")
    at: datetime = info.gen_time
    return Stamp(at=at if at.tzinfo else at.replace(tzinfo=UTC), authority=_name(decoded))


def _name(decoded: Any) -> str | None:
    from cryptography import x509

    signers = {(one.issuer, one.serial_number) for one in decoded.signed_data.signer_infos}
    for der in decoded.signed_data.certificates:
        certificate = x509.load_der_x509_certificate(der)
        if (certificate.issuer, certificate.serial_number) in signers:
            return certificate.subject.rfc4514_string()
    return None


def _certificates(roots: Path) -> list[Any]:
    from cryptography import x509

    try:
        return x509.load_pem_x509_certificates(roots.read_bytes())
    except OSError as error:
        raise TimestampError(f"{roots} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise TimestampError(f"{roots} holds no certificates in PEM") from error


def _post(url: str, body: bytes) -> bytes:
    # The address is the owner's own setting, so the guard against strangers' addresses does not apply.
    request = Request(url, data=body, headers={"Content-Type": "application/timestamp-query"})
    try:
        with urlopen(request, timeout=_TIMEOUT_SECONDS) as response:
            answer: bytes = response.read(_LARGEST_ANSWER_BYTES)
    except (URLError, OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise TimestampError(f"the timestamp authority {url} gave no answer: {reason}") from error
    return answer


def _library() -> ModuleType:
    try:
        import rfc3161_client
    except ImportError as error:
        message = "timestamps need rfc3161-client: `pip install 'newskeep[timestamps]'`"
        raise TimestampError(message) from error
    return rfc3161_client
