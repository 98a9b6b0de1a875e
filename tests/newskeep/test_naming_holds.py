"""What holds for whatever comes: names of stories, weights of changes, listings found, places of homes, packs.

Tables of cases stand in the tests of the modules themselves.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from newskeep import wacz_collection
from newskeep.change_weight import Weight, weigh
from newskeep.discovery import MOST_SAMPLES, Finding, judge_answer, propose
from newskeep.formats import BodyFormat, describe, sniff, unpacked
from newskeep.home_folders import MARKS, Mount, home_caution, kind_at, parse_mount_command, parse_mounts
from newskeep.identity import (
    AliasKind,
    KnownStory,
    Rendition,
    aliases_of,
    believed_canonical,
    choose,
    entry_keys,
    is_redirect_to_front,
    rendition_of,
    story_url,
    telling_of,
)
from newskeep.leads import Lead
from newskeep.model import Block, BlockKind, Capture, Entry, ExtractedPage, PageKind, StoryDraft
from newskeep.urls import is_front_url, same_site, url_key
from newskeep.wacz_collection import INDEX, INDEX_BLOCKS, PACKAGE, PACKAGE_DIGEST, PAGES, FileFacts, PageLine
from newskeep.wacz_pack import cdx_line
from newskeep.warc_pack import WrittenRecord, uri_of
from newskeep.word_diff import diff_drafts

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
PATHS = [
    "/", "/news", "/news/bridge-opens-again-12345", "/news/ferry-crews-walk-out", "/amp/news/bridge-opens-again-12345",
    "/news/bridge-opens-again-12345/amp", "/news/ferry-crews-walk-out/print", "/a?id=7", "/index.html",
]  # fmt: skip
HOSTS = ["https://post.example", "https://www.post.example", "http://m.post.example", "https://other.example"]
URLS = st.builds("{}{}".format, st.sampled_from(HOSTS), st.sampled_from(PATHS))
TEXTS = [
    "The council of Hamaville voted on Monday to open the long bridge over the river to carts and cyclists again.",
    "Ferry crews in the northern ports walked out at dawn, and the morning boats to the islands stayed in harbour.",
    "Short.", "",
]  # fmt: skip
STRENGTH = list(AliasKind)


def draft_of(headline: str | None, text: str, **fields: str | None) -> StoryDraft:
    blocks = (Block(kind=BlockKind.PARAGRAPH, text=text),) if text else ()
    return StoryDraft(headline=headline, blocks=blocks, **fields)  # type: ignore[arg-type]  # texts of it


DRAFTS = st.builds(
    draft_of, st.sampled_from([None, "Bridge opens", "Ferries stop"]), st.sampled_from(TEXTS), url=st.none() | URLS,
    post_id=st.none() | st.sampled_from(["7", "8"]),
)  # fmt: skip
CAPTURES = st.builds(
    Capture, request_url=URLS, final_url=URLS, status=st.just(200), headers=st.just(()), body=st.just(b""),
    payload_digest=st.just(""), captured_at=st.just(NOW), redirects=st.lists(URLS, max_size=3).map(tuple),
    has_temporary_redirect=st.booleans(),
)  # fmt: skip
ENTRIES = st.none() | st.builds(
    Entry, url=URLS, position=st.just(1), guid=st.none() | st.sampled_from(["g1", "g2", "https://post.example/?p=7"])
)


@st.composite
def pages(draw: st.DrawFn) -> ExtractedPage:
    """A page with a story."""
    main = draw(DRAFTS)
    return ExtractedPage(
        kind=PageKind.STORY, url="https://post.example/", extractor_version="1", main=main,
        declared_canonical=draw(st.none() | URLS), amp_url=draw(st.none() | URLS),
    )  # fmt: skip


def known(
    number: int, *, matched: Sequence[str], draft: StoryDraft, url: str, vetoed: Sequence[str] = ()
) -> KnownStory:
    return KnownStory(
        story_id=number, source="post", url=url, headline=draft.headline, text=draft.text, matched=tuple(matched),
        revision_id=number, revision=1, is_current=True, captured_at=NOW - timedelta(days=1), capture_id=1,
        payload_digest="", draft_digest="", extractor_version="1", memory_version=0, rendition=Rendition.PAGE,
        vetoed=tuple(vetoed),
    )  # fmt: skip


# identity


@given(taken=CAPTURES, said=pages(), entry=ENTRIES)
def test_names_come_strongest_first_each_once_and_are_of_the_site(
    taken: Capture, said: ExtractedPage, entry: Entry | None
) -> None:
    assert said.main is not None
    names = aliases_of(taken, said.main, said, "post", entry)
    keys = [alias.key for alias in names]
    assert len(set(keys)) == len(keys)
    assert (names[0].kind, names[0].key) == (AliasKind.FINAL_URL, url_key(taken.final_url))
    strengths = [STRENGTH.index(alias.kind) for alias in names]
    assert strengths == sorted(strengths)
    for alias in names[1:]:
        if alias.kind in (AliasKind.CANONICAL, AliasKind.AMP):
            assert same_site(alias.value, taken.final_url)
            assert not is_front_url(alias.value)
        if alias.kind in (AliasKind.REQUEST_URL, AliasKind.REDIRECT):
            assert not is_redirect_to_front(taken)
    if entry is not None:
        assert entry_keys("post", entry)[0] == url_key(entry.url)
        assert len(entry_keys("post", entry)) == (2 if entry.guid else 1)


@given(taken=CAPTURES, said=pages())
def test_a_page_declares_an_address_of_its_own_site_or_none_that_is_believed(
    taken: Capture, said: ExtractedPage
) -> None:
    assert said.main is not None
    declared = believed_canonical(taken, said.main, said)
    address = story_url(taken, said.main, said)
    if declared is not None:
        assert same_site(declared, taken.final_url)
        assert not is_front_url(declared)
    assert url_key(address) in {url_key(taken.final_url), url_key(taken.request_url), declared and url_key(declared)}
    if rendition_of(taken, said.main, said) is Rendition.ALTERNATE:
        assert said.declared_canonical is not None
        assert url_key(said.declared_canonical) != url_key(taken.final_url)
    elsewhere = draft_of("Another story", TEXTS[1])
    assert rendition_of(taken, elsewhere, said) is Rendition.FURTHER
    assert aliases_of(taken, elsewhere, said, "post", None) == ()


@given(taken=CAPTURES, said=pages(), entry=ENTRIES, data=st.data())
def test_a_story_is_chosen_among_those_known_whatever_their_order(
    taken: Capture, said: ExtractedPage, entry: Entry | None, data: st.DataObject
) -> None:
    assert said.main is not None
    names = aliases_of(taken, said.main, said, "post", entry)
    owners = data.draw(st.lists(st.integers(0, 3), min_size=len(names), max_size=len(names)))
    stories = [
        known(
            number, matched=[alias.key for alias, owner in zip(names, owners, strict=True) if owner == number],
            draft=data.draw(DRAFTS), url=data.draw(URLS), vetoed=data.draw(st.sampled_from([(), ("x",)])),
        )
        for number in set(owners) - {0}
    ]  # fmt: skip
    url = story_url(taken, said.main, said)
    choice = choose(names, stories, draft=said.main, url=url)
    assert choice == choose(names, stories[::-1], draft=said.main, url=url)
    assert choice.story is None or choice.story in stories
    owned = {key for story in stories for key in story.matched}
    assert {alias.key for alias in choice.aliases} == {alias.key for alias in names} - owned
    chosen_id = choice.story.story_id if choice.story else None
    assert chosen_id not in choice.rivals
    assert set(choice.rivals) <= {story.story_id for story in stories}
    assert {alias.key for alias in choice.rejected} <= owned
    if choice.story is not None:
        assert not {alias.key for alias in choice.rejected} & set(choice.story.matched) or owners[0] == 0
        assert set(choice.rivals) == {story.story_id for story in stories} - {chosen_id}
    if chosen_id != owners[0]:
        assert choice.story is None or not choice.story.vetoed
    if owners[0] != 0:
        assert chosen_id == owners[0]  # the address that answered is believed outright
    if choice.url != url and choice.story is not None:
        assert choice.url == choice.story.url or url_key(choice.url) == url_key(taken.final_url)


@given(taken=CAPTURES, said=pages(), entry=ENTRIES, headline=st.sampled_from(["Bridge opens", "Ferries stop"]))
def test_a_headline_is_no_name(taken: Capture, said: ExtractedPage, entry: Entry | None, headline: str) -> None:
    main = draft_of(headline, TEXTS[0])
    said = replace(said, main=main)
    names = aliases_of(taken, main, said, "post", entry)
    other = known(1, matched=(), draft=main, url="https://post.example/news/another-day-another-bridge")
    assert choose(names, [other], draft=main, url=story_url(taken, main, said)).story is None


@given(
    headline=st.text(max_size=40), text=st.text(max_size=400), gap=st.sampled_from([" ", "\n", "  ", "\t", "\u00a0"])
)
def test_what_a_story_tells_does_not_depend_on_its_blanks_and_belongs_to_its_source(
    headline: str, text: str, gap: str
) -> None:
    one = telling_of("post", draft_of(headline, text))
    assert (one is None) == (not headline or len(text) < 200)
    if one is not None:
        assert one != telling_of("gull", draft_of(headline, text))
        assert one != telling_of("post", draft_of(f"{headline} x", text))
        spaced = " ".join(text.split()).replace(" ", gap)
        assume(len(spaced) >= 200)
        assert one == telling_of("post", draft_of(headline, spaced))


# weights

_ENDINGS = ("bour", "dges", "ries", "rsen", "lgate", "monts", "lund", "quist", "wick", "tern")

WORDS = st.permutations([f"{one}{other}" for one in ("har", "bri", "fer", "pie", "tol") for other in _ENDINGS]).map(
    lambda words: words[:30]
)


def change(before: str, after: str) -> Weight:
    one, other = draft_of("The long bridge opens", before), draft_of("The long bridge opens", after)
    return weigh(one, other, diff_drafts(one, other))


@given(words=WORDS, at=st.integers(0, 29), letter=st.sampled_from("aeiou"))
def test_a_slip_is_light_and_a_number_is_substance_wherever_it_stands(words: list[str], at: int, letter: str) -> None:
    text = " ".join(words)
    slip = [*words[:at], words[at][:2] + letter + words[at][2:], *words[at + 1 :]]
    assert change(text, " ".join(slip)) is Weight.TYPO
    assert change(" ".join(slip), text) is Weight.TYPO
    assert (
        change(" ".join([*words[:at], "12", *words[at:]]), " ".join([*words[:at], "17", *words[at:]]))
        is Weight.SUBSTANCE
    )
    capital = [*words[:at], words[at].upper(), *words[at + 1 :]]
    assert change(text, f"{' '.join(capital)}.") is Weight.TYPO
    notice = Block(kind=BlockKind.PARAGRAPH, text="Correction: a name in this story was misspelled.")
    before = draft_of("The long bridge opens", text)
    after = replace(before, blocks=(*before.blocks, notice))
    assert weigh(before, after, diff_drafts(before, after)) is Weight.CORRECTION


@given(words=WORDS)
def test_another_text_is_substance_and_the_same_is_nothing(words: list[str]) -> None:
    before, after = " ".join(words), " ".join(word[::-1] + word for word in words)
    assert change(before, before) is Weight.TYPO
    assert change(before, after) is Weight.SUBSTANCE
    assert [one.is_light for one in Weight] == [True, True, False, False]


# listings that are found

FEED = "<rss version='2.0'><channel><title>The Post</title>{}</channel></rss>"
ITEM = "<item><title>Bridge {0} opens</title><link>https://post.example/news/bridge-number-{0}-opens</link></item>"
BODIES = (
    st.binary(max_size=200)
    | st.integers(0, 9).map(lambda count: FEED.format("".join(ITEM.format(at) for at in range(count))).encode())
    | st.lists(st.sampled_from(["<html>", "<head>", "<title>The Post</title>", "<body>", "<a href='/news/a-b-c-1'>A story of the harbour</a>",
                                "<urlset>", "<url><loc>https://post.example/news/x-y-z</loc></url>", "{", "]]>"]), max_size=12).map(
        lambda parts: "".join(parts).encode())
)  # fmt: skip
ANSWERS = st.builds(
    Capture, request_url=URLS, final_url=URLS, status=st.sampled_from([200, 200, 200, 203, 301, 404, 500]),
    headers=st.just(()), body=BODIES, payload_digest=st.just(""), captured_at=st.just(NOW),
)  # fmt: skip
LEAD = Lead(url="https://post.example/feed", reason="named by the home page", rank=1, may_be_front=True)


@given(answers=st.lists(ANSWERS, max_size=6), given_url=URLS)
def test_nothing_is_proposed_that_no_answer_named(answers: list[Capture], given_url: str) -> None:
    judged = [(one, judge_answer(LEAD, one)) for one in answers]
    findings: list[Finding] = []
    for answer, finding in judged:
        assert finding is None or (200 <= answer.status < 300 and finding.listing.url == answer.final_url)
        findings += [finding] if finding is not None else []
    proposal = propose(given_url, findings, answers)
    if proposal is None:
        return
    assert proposal == propose(given_url, findings, answers)
    named = {url_key(finding.listing.url) for finding in findings}
    taken = [url_key(one.listing.url) for one in proposal.chosen]
    left = [url_key(one.finding.listing.url) for one in proposal.left_out]
    assert proposal.source.listings == tuple(one.listing for one in proposal.chosen)
    assert sorted([*taken, *left]) == sorted(named)
    assert all(one.why for one in proposal.left_out)
    assert len(proposal.sample_urls) <= MOST_SAMPLES
    assert proposal.source.name
    assert proposal.source.slug


@given(body=st.binary(max_size=400))
def test_bytes_are_recognised_packed_or_not(body: bytes) -> None:
    assert sniff(body) in BodyFormat
    assert describe(body)
    if not body.startswith(b"\x1f\x8b"):
        assert unpacked(body) == body
        assert unpacked(gzip.compress(body)) == body


# places of homes

FOLDERS = st.lists(st.from_regex(r"[a-z\u00e4\u4e2d][a-z 0-9\\#.\-]{0,6}", fullmatch=True), max_size=4).map(
    lambda parts: PurePosixPath("/", *parts)
)
MOUNTS = st.lists(
    st.builds(Mount, folder=FOLDERS, kind=st.sampled_from(["ext4", "nfs4", "tmpfs", "fuse.sshfs"])), max_size=6
)


def escaped(text: str) -> str:
    """As the kernel writes names in `/proc/mounts`."""
    return "".join(rf"\{ord(one):03o}" if one in " \t\n\\#" else one for one in text)


@given(mounts=MOUNTS, noise=st.lists(st.from_regex(r"[a-z]{0,5}( [a-z]{1,3})?", fullmatch=True), max_size=3))
def test_mounts_are_read_as_the_system_writes_them(mounts: list[Mount], noise: list[str]) -> None:
    lines = [f"dev {escaped(str(one.folder))} {one.kind} rw,relatime 0 0" for one in mounts]
    assert parse_mounts("\n".join([*noise, *lines])) == tuple(mounts)
    lines = [f"//server/share on {one.folder} ({one.kind}, local, journaled)" for one in mounts]
    assert parse_mount_command("\n".join([*noise, *lines])) == tuple(mounts)


@given(mounts=MOUNTS, home=FOLDERS)
def test_a_home_is_on_the_nearest_mount_above_it(mounts: list[Mount], home: PurePosixPath) -> None:
    above = [mount for mount in mounts if home.is_relative_to(mount.folder)]
    kind = kind_at(home, mounts)
    assert (kind is None) == (not above)
    if above:
        depth = max(len(mount.folder.parts) for mount in above)
        assert kind == [mount.kind for mount in above if len(mount.folder.parts) == depth][-1]
    on_top = [*mounts, Mount(folder=home, kind="nfs4")]
    assert kind_at(home, on_top) == "nfs4"
    said = home_caution(home, kind="nfs4", marks=())
    assert said is not None
    assert "\n" not in said


@given(home=FOLDERS, mark=st.sampled_from(sorted(MARKS)), beside=st.sets(st.text(max_size=5)))
def test_a_mark_of_a_synced_folder_is_seen_among_other_files(home: PurePosixPath, mark: str, beside: set[str]) -> None:
    assert home_caution(home, kind="ext4", marks={mark, *beside}) is not None
    assert home_caution(home, kind="ext4", marks=beside - MARKS) is None


# packs of many captures

RECORDS = st.lists(
    st.builds(
        WrittenRecord,
        url=(URLS | st.text(max_size=30)).map(uri_of),
        at=st.integers(0, 4 * 10**9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
        mime=st.sampled_from(["text/html", "image/png"]), status=st.none() | st.sampled_from([200, 404]),
        digest=st.just("sha256:00"), offset=st.integers(0, 10**9), length=st.integers(1, 10**6),
    ),
    max_size=14,
)  # fmt: skip
PAGE_LINES = st.lists(st.builds(PageLine, url=URLS, at=st.just(NOW), title=st.text(max_size=20)), max_size=5)


@given(records=RECORDS, lines=PAGE_LINES, title=st.text(max_size=20), a_block=st.integers(1, 5))
def test_a_pack_is_what_its_index_and_its_package_say(
    records: list[WrittenRecord], lines: list[PageLine], title: str, a_block: int
) -> None:
    warc = FileFacts(sha256="ab" * 32, size_bytes=17)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wacz_collection, "LINES_A_BLOCK", a_block)
        files = wacz_collection.collection_files(records, lines, warc, title=title, software="newskeep 1", created=NOW)
    head, *blocks = files[INDEX_BLOCKS].decode().splitlines()
    assert head.startswith("!meta 0 ")
    read: list[str] = []
    end = 0
    for block in blocks:
        key, _, facts_text = block.partition(" {")
        facts = json.loads("{" + facts_text)
        assert facts["offset"] == end  # one behind the other, nothing between them
        end += facts["length"]
        body = files[INDEX][facts["offset"] : end]
        assert facts["digest"] == f"sha256:{hashlib.sha256(body).hexdigest()}"
        unpacked_lines = gzip.decompress(body).decode().splitlines(keepends=True)
        assert 1 <= len(unpacked_lines) <= a_block
        assert unpacked_lines[0].startswith(f"{key} {{")
        read += unpacked_lines
    assert end == len(files[INDEX])
    assert read == sorted(cdx_line(record) for record in records)
    package = json.loads(files[PACKAGE])
    assert package["title"] == title
    told = {one["path"]: (one["hash"], one["bytes"]) for one in package["resources"]}
    held = {path: (f"sha256:{hashlib.sha256(body).hexdigest()}", len(body)) for path, body in files.items()}
    assert {path: told[path] for path in (INDEX, INDEX_BLOCKS, PAGES)} == {
        path: held[path] for path in (INDEX, INDEX_BLOCKS, PAGES)
    }
    assert told["archive/data.warc.gz"] == (f"sha256:{warc.sha256}", warc.size_bytes)
    assert json.loads(files[PACKAGE_DIGEST])["hash"] == held[PACKAGE][0]
    first, *shown = [json.loads(line) for line in files[PAGES].decode().splitlines()]
    assert first["format"] == "json-pages-1.0"
    assert [(one["url"], one["title"]) for one in shown] == [(line.url, line.title) for line in lines]
    assert len({one["id"] for one in shown}) == len(lines)
