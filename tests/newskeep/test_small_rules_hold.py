"""What holds for whatever comes: citations, domains, waits, readings compared with nothing, feeds of saved searches."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from newskeep.change_weight import Weight
from newskeep.errors import ConfigError
from newskeep.evidence import citation, permalink, revision_urn, time_text
from newskeep.identity import guid_key
from newskeep.leads import further_leads
from newskeep.marks import distinct
from newskeep.model import Block, BlockKind, Capture, StoryDraft
from newskeep.polling import Pace, longest_wait
from newskeep.revise import is_completed, owned_up
from newskeep.search_query import is_searchable
from newskeep.strict import read_toml
from newskeep.urls import is_fetchable, registrable_domain
from newskeep.watches import Match, MatchReason, Watch, watch_feed

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
MOMENTS = st.datetimes(
    min_value=datetime(1990, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001 - likewise
    timezones=st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
ATOM = "{http://www.w3.org/2005/Atom}"


def draft(*texts: str, is_truncated: bool | None = None) -> StoryDraft:
    blocks = tuple(Block(kind=BlockKind.PARAGRAPH, text=text) for text in texts)
    return StoryDraft(headline="The long bridge opens", blocks=blocks, is_truncated=is_truncated)


@given(at=MOMENTS)
def test_a_time_is_written_in_utc_and_read_back_to_the_millisecond(at: datetime) -> None:
    text = time_text(at)
    assert text.endswith("Z")
    assert timedelta() <= at - datetime.fromisoformat(text) < timedelta(milliseconds=1)


@given(
    one=st.tuples(st.integers(1, 10**16), st.integers(1, 99)), other=st.tuples(st.integers(1, 10**16), st.integers(1, 99)),
    headline=st.none() | st.text(max_size=40), is_inferred=st.booleans(),
)  # fmt: skip
def test_a_citation_is_one_line_that_names_the_bytes(
    one: tuple[int, int], other: tuple[int, int], headline: str | None, is_inferred: bool
) -> None:
    assert (permalink(*one, "ab") == permalink(*other, "ab")) == (one == other)
    assert permalink(*one, "ab").startswith(f"{revision_urn(*one)}:")
    said = citation(
        source="The Post", headline=headline, url="https://post.example/a", captured_at=NOW, revision=one[1],
        digest="ab" * 32, is_inferred=is_inferred,
    )  # fmt: skip
    assert len(said.splitlines()) == 1
    assert said.encode()
    assert "ab" * 32 in said
    assert ("inferred" in said.rpartition("as captured on ")[2]) == is_inferred


@given(
    source=st.from_regex(r"[a-z0-9-]{1,9}", fullmatch=True),
    other=st.from_regex(r"[a-z0-9-]{1,9}", fullmatch=True),
    guid=st.text(max_size=20),
)
def test_a_feeds_name_for_a_story_is_of_its_source(source: str, other: str, guid: str) -> None:
    assert (guid_key(source, guid) == guid_key(other, guid)) == (source == other)


@given(values=st.lists(st.sampled_from("abc"), max_size=9))
def test_each_value_is_given_once_in_order(values: list[str]) -> None:
    found = distinct(values)
    assert sorted(found) == sorted(set(values))
    assert list(found) == sorted(found, key=values.index)


@given(interval=st.integers(1, 10**6), floor=st.integers(1, 10**5), more=st.integers(0, 10**6))
def test_the_longest_wait_is_within_the_bounds_and_no_shorter_than_the_interval(
    interval: int, floor: int, more: int
) -> None:
    pace = Pace(floor_seconds=floor, cap_seconds=floor + more)
    wait = longest_wait(interval, pace).total_seconds()
    assert wait >= max(interval, floor)
    assert wait <= max(floor + more, interval)
    assert longest_wait(interval + 1, pace).total_seconds() >= wait


@given(
    texts=st.lists(st.sampled_from(["The council met.", "The bridge opened.", "A ferry sank.", ""]), max_size=5),
    cut=st.integers(0, 5),
)
def test_a_beginning_is_completed_by_the_whole_and_not_by_another_story(texts: list[str], cut: int) -> None:
    whole = draft(*texts, "The end is told here.", is_truncated=False)
    part = draft(*texts[:cut], is_truncated=True)
    assert is_completed(part, whole)
    assert not is_completed(whole, part)
    assert not is_completed(whole, whole)
    assert not is_completed(draft(*texts[:cut], is_truncated=False), whole)
    assert not is_completed(draft(*texts, "The end is told here.", is_truncated=True), whole)
    elsewhere = draft("Nothing of the kind.", "Nor this.", *texts[:cut], is_truncated=True)
    assert not is_completed(elsewhere, whole)
    assert owned_up(whole) is None
    notice = draft(*texts, "Correction: a name in this story was misspelled.")
    assert owned_up(notice) is Weight.CORRECTION


@given(text=st.text(max_size=20), letter=st.sampled_from(["a", "7", "ß", "東", "ก"]))
def test_what_has_a_letter_can_be_searched(text: str, letter: str) -> None:
    assert is_searchable(text + letter)
    assert not is_searchable("".join(one for one in text if ord(one) < 0x300 and not one.isalnum()))


@given(
    labels=st.lists(
        st.sampled_from(["www", "news", "paper", "co", "com", "uk", "de", "example", "github", "io"]),
        min_size=1,
        max_size=6,
    )
)
def test_a_domain_is_the_end_of_its_host_and_the_same_for_all_hosts_below_it(labels: list[str]) -> None:
    host = ".".join(labels)
    domain = registrable_domain(host)
    assert host == domain or host.endswith(f".{domain}")
    assert registrable_domain(domain) == domain
    if len(labels) >= 3:
        assert registrable_domain(f"deep.{host}") == domain


@given(number=st.lists(st.integers(0, 255), min_size=4, max_size=4))
def test_an_address_in_digits_is_its_own_domain(number: list[int]) -> None:
    assert registrable_domain(".".join(map(str, number))) == ".".join(map(str, number))


@given(
    ids=st.lists(st.integers(1, 999), unique=True, max_size=6), headline=st.none() | st.text(max_size=30),
    query=st.text(max_size=30), reason=st.sampled_from(MatchReason),
)  # fmt: skip
def test_the_feed_of_a_watch_is_xml_with_an_entry_for_each_revision(
    ids: list[int], headline: str | None, query: str, reason: MatchReason
) -> None:
    watch = Watch(name="bridges", query=query, created_at=NOW)
    matches = [
        Match(
            watch="bridges", reason=reason, matched_at=NOW + timedelta(minutes=one), revision_id=one, revision=1,
            story_id=one, source="post", headline=headline, standfirst=headline, byline=None,
            url=f"https://post.example/{one}", published_at=None, captured_at=NOW,
        )
        for one in ids
    ]  # fmt: skip
    root = ElementTree.fromstring(
        watch_feed(watch, matches, page_of=lambda match: f"http://localhost:8001/stories/{match.story_id}")
    )
    entries = root.findall(f"{ATOM}entry")
    assert len(entries) == len(ids)
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == len(ids)
    for entry, one in zip(entries, ids, strict=True):
        assert f"http://localhost:8001/stories/{one}" in {link.get("href") for link in entry.findall(f"{ATOM}link")}
    updated = datetime.fromisoformat(str(root.findtext(f"{ATOM}updated")))
    assert updated == max((match.matched_at for match in matches), default=NOW)


@given(
    body=st.binary(max_size=200)
    | st.sampled_from([b"<html><link rel='alternate' type='application/rss+xml' href='/f'></html>", b"Sitemap: /s.xml"]),
    path=st.sampled_from(["/", "/robots.txt", "/news/a-b-c", "/feed"]), status=st.sampled_from([200, 301, 404, 503]),
)  # fmt: skip
def test_an_answer_leads_to_addresses_that_can_be_asked_for(body: bytes, path: str, status: int) -> None:
    url = f"https://post.example{path}"
    taken = Capture(
        request_url=url, final_url=url, status=status, headers=(), body=body, payload_digest="", captured_at=NOW
    )
    leads = further_leads(taken)
    assert all(is_fetchable(lead.url) and lead.reason for lead in leads)
    assert leads == further_leads(taken)
    assert bool(leads) or path != "/"


@given(text=st.text(max_size=60))
def test_a_file_of_settings_is_read_or_refused_with_its_name(text: str) -> None:
    path, said = Path("/srv/newskeep.toml"), f"{Path('/srv/newskeep.toml')}: is not valid TOML"
    try:
        read_toml(text, path=path)
    except ConfigError as error:
        said = str(error)
    assert said.startswith(f"{path}: is not valid TOML")
