"""Certificates are checked: date, name, who signed; against an authority that the machine trusts for the test."""

from __future__ import annotations

import ssl

import pytest

from newskeep.outcomes import Outcome
from tests.faults.ports import Authority, untrusted_tls
from tests.faults.server import FaultServer


@pytest.fixture
def authority(tmp_path, monkeypatch) -> Authority:
    """An authority among the machine's own."""
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.roots))
    return authority


def ask(crawl, tls) -> Outcome | None:
    with FaultServer(tls=tls) as server:
        fetch = crawl([server.url("/story/1")])[server.url("/story/1")]
        assert bool(server.count("/story/1")) is (fetch.outcome is None)
        return fetch.outcome


def test_a_good_certificate_is_believed(crawl, authority):
    assert ask(crawl, authority.tls()) is None


@pytest.mark.parametrize(
    "wrong",
    [{"days": -1}, {"from_days": 1, "days": 2}, {"host": "127.0.0.2"}, {"host": "port-sarrow.example"}],
    ids=["expired", "not yet valid", "another address", "another name"],
)
def test_a_wrong_certificate_is_refused(crawl, authority, wrong):
    assert ask(crawl, authority.tls(**wrong)) is Outcome.CERTIFICATE_REFUSED


def test_a_certificate_nobody_vouches_for_is_refused(crawl, authority, tmp_path):
    assert ask(crawl, untrusted_tls(tmp_path)) is Outcome.CERTIFICATE_REFUSED


def test_an_authority_nobody_trusts_is_refused(crawl, tmp_path):
    assert ask(crawl, Authority(tmp_path).tls()) is Outcome.CERTIFICATE_REFUSED


def test_a_redirect_to_a_wrong_certificate_is_refused(crawl, authority, site):
    with FaultServer(tls=authority.tls(days=-1)) as server:
        site.pages["/a"] = (302, {"Location": server.url("/story/1")}, b"")
        assert crawl([f"{site.url}/a"])[f"{site.url}/a"].outcome is Outcome.CERTIFICATE_REFUSED


def test_the_authorities_of_the_machine_are_read_once_for_all_crawls_and_anew_where_they_change(
    crawl, authority, tmp_path, monkeypatch
):
    read = []

    def load(context):
        read.append(context)
        real(context)

    real = ssl.SSLContext.load_default_certs
    monkeypatch.setattr(ssl.SSLContext, "load_default_certs", load)
    for _ in range(2):
        assert ask(crawl, authority.tls()) is None
    assert len(read) == 1
    # Others vouch now: who was believed before is not.
    (tmp_path / "other").mkdir()
    monkeypatch.setenv("SSL_CERT_FILE", str(Authority(tmp_path / "other").roots))
    assert ask(crawl, authority.tls()) is Outcome.CERTIFICATE_REFUSED
    assert len(read) == 2
    monkeypatch.setattr("middlewares.download._TRUST_SECONDS", -1.0)
    assert ask(crawl, authority.tls()) is Outcome.CERTIFICATE_REFUSED
    assert len(read) > 2
