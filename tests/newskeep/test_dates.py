"""Times as pages, feeds and addresses write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskeep.dates import date_in_url, format_date, parse_date
from newskeep.model import PageDate, Precision


def _read(text: str, language: str | None = None, timezone: str | None = None) -> PageDate | None:
    return parse_date(text, origin="test", timezone=timezone, language=language)


def _written(text: str, language: str | None = None) -> str | None:
    date = _read(text, language)
    return format_date(date) if date is not None else None


# text, language, what format_date gives
WRITTEN = [
    # ISO 8601 and its usual faults
    ("2024-04-30T16:48:00Z", None, "2024-04-30T16:48:00+00:00"),
    ("2024-04-30T16:48:00+0300", None, "2024-04-30T16:48:00+03:00"),
    ("2024-04-30T16:48:00+03", None, "2024-04-30T16:48:00+03:00"),
    ("2024-04-30T16:48:00.123456789+00:00Z", None, "2024-04-30T16:48:00+00:00"),
    ("2024-04-30T16:48:00−03:00", None, "2024-04-30T16:48:00-03:00"),
    ("2024-04-30T16:48:00 UTC", None, "2024-04-30T16:48:00+00:00"),
    ("2024-04-30T16:48:00[Europe/Berlin]", None, "2024-04-30T16:48:00+02:00"),
    ("2024-04-30T16:48:00 Nowhere/Atall", None, "2024-04-30T16:48:00"),
    ("2024-04-30 16:48", None, "2024-04-30T16:48"),
    ("2024-04-30T4:05:06-0400", None, "2024-04-30T04:05:06-04:00"),
    ("2024-04-30T24:00:00", None, "2024-05-01T00:00:00"),
    ("2024-04-30T09:15:00 PM", None, "2024-04-30T21:15:00"),
    ("2024-04-30T16:48:00+99:00", None, "2024-04-30T16:48:00"),
    ("2024-30-04", None, "2024-04-30"),
    ("2024-04-30", None, "2024-04-30"),
    ("20240430", None, "2024-04-30"),
    ("20240430T164800Z", None, "2024-04-30T16:48:00+00:00"),
    ("202404301648", None, "2024-04-30T16:48"),
    ("20240430 99:99", None, "2024-04-30"),
    # seconds since 1970
    ("1714495680", None, "2024-04-30T16:48:00+00:00"),
    ("1714495680123", None, "2024-04-30T16:48:00+00:00"),
    ("1714495680.25", None, "2024-04-30T16:48:00+00:00"),
    # mail, C and JavaScript
    ("Tue, 30 Apr 2024 16:48:00 GMT", None, "2024-04-30T16:48:00+00:00"),
    ("Tuesday, 30-Apr-24 16:48:00 GMT", None, "2024-04-30T16:48:00+00:00"),
    ("Tue Apr 30 16:48:00 CEST 2024", None, "2024-04-30T16:48:00+02:00"),
    ("Tue Apr 30 2024 16:48:00 GMT+0300 (Eastern European Summer Time)", None, "2024-04-30T16:48:00+03:00"),
    # English as printed
    ("April 30, 2024 4:48 p.m. ET", "en", "2024-04-30T16:48-04:00"),
    ("January 30, 2024 4:48 p.m. ET", "en", "2024-01-30T16:48-05:00"),
    ("Published 9:01 AM EDT, Tue April 30, 2024", "en", "2024-04-30T09:01-04:00"),
    ("Apr 30th, 2024 at 4pm", "en", "2024-04-30T16:00"),
    ("Apr 3 2024 12:30 am", "en", "2024-04-03T00:30"),
    ("4:30 PM IST, April 3, 2024", "en", "2024-04-03T16:30+05:30"),
    ("30 April 2024 | 16.48 BST", "en-GB", "2024-04-30T16:48+01:00"),
    # numbers alone: the language decides the order of day and month
    ("03/04/2024", "en", "2024-03-04"),
    ("03/04/2024", "en-US", "2024-03-04"),
    ("03/04/2024", "en-GB", "2024-04-03"),
    ("03/04/2024", None, "2024-04-03"),
    ("04/30/2024", "de", "2024-04-30"),
    ("30.04.24", "de", "2024-04-30"),
    ("30.04.2024, 16.48 Uhr", "de", "2024-04-30T16:48"),
    ("klo 16.48 30.4.2024", "fi", "2024-04-30T16:48"),
    # other languages
    ("30. April 2024, 16:48 Uhr", "de", "2024-04-30T16:48"),
    ("Stand: 8 Uhr am 3. März 2024", "de", "2024-03-03T08:00"),
    ("Le 30 avril 2024 à 16h48", "fr", "2024-04-30T16:48"),
    ("1er août 2024", "fr", "2024-08-01"),
    ("30 de abril de 2024", "es", "2024-04-30"),
    ("12 de março de 2024", "pt", "2024-03-12"),
    ("3 maggio 2024", "it", "2024-05-03"),
    ("3 mei 2024", "nl", "2024-05-03"),
    ("3. februar 2024", "no", "2024-02-03"),
    ("3 maj 2024", "sv", "2024-05-03"),
    ("3. toukokuuta 2024", "fi", "2024-05-03"),
    ("30 kwietnia 2024, 16:48", "pl", "2024-04-30T16:48"),
    ("30 listopada 2024", "pl", "2024-11-30"),
    ("30. listopada 2024", "hr", "2024-10-30"),
    ("3. května 2024", "cs", "2024-05-03"),
    ("2024. április 30. 16:48", "hu", "2024-04-30T16:48"),
    ("3 mai 2024", "ro", "2024-05-03"),
    ("2024 m. balandžio 30 d.", "lt", "2024-04-30"),
    ("2024. gada 30. aprīlis", "lv", "2024-04-30"),
    ("3 мая 2024", "ru", "2024-05-03"),
    ("30 квітня 2024, 16:48", "uk", "2024-04-30T16:48"),
    ("30 Απριλίου 2024, 4:48 μ.μ.", "el", "2024-04-30T16:48"),
    ("30 Nisan 2024 - 16:48", "tr", "2024-04-30T16:48"),
    ("٣٠ أبريل ٢٠٢٤", "ar", "2024-04-30"),
    ("15 كانون الثاني 2024", "ar", "2024-01-15"),
    ("3 במאי 2024", "he", "2024-05-03"),
    ("२ मई 2024", "hi", "2024-05-02"),
    ("২ মে ২০২৪", "bn", "2024-05-02"),
    ("30 เม.ย. 2567 16:48 น.", "th", "2024-04-30T16:48"),
    ("30 tháng 4, 2024", "vi", "2024-04-30"),
    ("3 Mei 2024", "id", "2024-05-03"),
    ("2024年4月30日 16時48分", "ja", "2024-04-30T16:48"),
    ("令和6年4月30日", "ja", "2024-04-30"),
    ("令和元年5月3日", "ja", "2019-05-03"),
    ("2024년 4월 30일 오후 4:48", "ko", "2024-04-30T16:48"),
    ("2024.04.30 오전 12:05", "ko", "2024-04-30T00:05"),
    ("2024年4月30日", "zh", "2024-04-30"),
]


@pytest.mark.parametrize(("text", "language", "written"), WRITTEN)
def test_dates_are_read_as_the_page_states_them(text: str, language: str | None, written: str) -> None:
    assert _written(text, language) == written


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "6 hours ago",
        "30 April",
        "April 2024",
        "2024-13-45",
        "0001-01-01T00:00:00",
        "31 February 2024",
        "12345",
        "999999999999999",
        "May 16:48",
        "16 May of the year",
    ],
)
def test_what_names_no_day_of_a_year_is_no_date(text: str) -> None:
    assert _read(text) is None


def test_a_day_alone_has_day_precision_and_starts_in_utc() -> None:
    date = _read("30 April 2024", timezone="Asia/Tokyo")
    assert date is not None
    assert date.precision is Precision.DAY
    assert date.at == datetime(2024, 4, 30, tzinfo=UTC)
    assert date.offset_minutes is None


@pytest.mark.parametrize(
    ("text", "precision"), [("2024-04-30T16:48", Precision.MINUTE), ("2024-04-30T16:48:00", Precision.SECOND)]
)
def test_precision_is_what_is_written(text: str, precision: Precision) -> None:
    date = _read(text)
    assert date is not None
    assert date.precision is precision


def test_a_time_without_a_zone_is_meant_in_the_given_one() -> None:
    date = _read("2024-04-30 16:48", timezone="America/New_York")
    assert date is not None
    assert date.at == datetime(2024, 4, 30, 20, 48, tzinfo=UTC)
    assert date.offset_minutes is None
    assert format_date(date, timezone="America/New_York") == "2024-04-30T16:48"


def test_a_stated_zone_wins_over_the_given_one() -> None:
    date = _read("2024-04-30 16:48 +0200", timezone="America/New_York")
    assert date is not None
    assert date.at == datetime(2024, 4, 30, 14, 48, tzinfo=UTC)
    assert date.offset_minutes == 120


def test_an_unknown_zone_name_means_utc() -> None:
    date = _read("2024-04-30 16:48", timezone="Nowhere/Atall")
    assert date is not None
    assert date.at == datetime(2024, 4, 30, 16, 48, tzinfo=UTC)


def test_the_text_is_kept_as_found_with_its_origin() -> None:
    date = parse_date("  30 April\n2024 ", origin="json-ld datePublished", timezone=None)
    assert date is not None
    assert (date.raw, date.origin) == ("30 April 2024", "json-ld datePublished")


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://kesh.example/2024/04/30/harbor-vote", "2024-04-30"),
        ("https://kesh.example/news/2024-4-3-harbor-vote", "2024-04-03"),
        ("https://kesh.example/world/2024/apr/30/harbor-vote", "2024-04-30"),
        ("https://kesh.example/harbor-vote-20240430.html", "2024-04-30"),
    ],
)
def test_an_address_may_carry_its_day(url: str, day: str) -> None:
    date = date_in_url(url)
    assert date is not None
    assert (format_date(date), date.origin) == (day, "url")


@pytest.mark.parametrize(
    "url",
    [
        "https://kesh.example/harbor-vote",
        "https://kesh.example/2024/13/45/x",
        "https://kesh.example/2024/04/harbor",
        "https://kesh.example/?d=2024/04/30/",
        "https://kesh.example/2024/xyz/30/x",
    ],
)
def test_other_numbers_in_an_address_are_no_day(url: str) -> None:
    assert date_in_url(url) is None


@given(st.datetimes(min_value=datetime(1800, 1, 1), max_value=datetime(2150, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - hypothesis wants naive bounds
def test_every_iso_time_is_read_back(moment: datetime) -> None:
    date = _read(moment.isoformat())
    assert date is not None
    assert date.at == moment.replace(microsecond=0)


@given(st.text(max_size=400))
def test_any_text_is_read_or_refused_without_an_error(text: str) -> None:
    date = _read(text)
    assert date is None or date.at.utcoffset() is not None


@given(st.text(alphabet="0123456789:/.- TZ+年月日apm", max_size=60))
def test_any_jumble_of_numbers_is_read_or_refused_without_an_error(text: str) -> None:
    date = _read(text)
    assert date is None or format_date(date)


@pytest.mark.parametrize(
    "text",
    [
        "05.04.2025 - Politik : 05.04.2025",
        "05.04.2025, 06.04.2025",
        "05.04.2025 / 06.04.2025",
        "05.04.2025 / 06.04.2025 10:30",
        "5. April 2025, aktualisiert am 6. April 2025, 18:30 Uhr",
        "2025-04-05 / 2025-04-06 10:00",
        "Published April 5, 2025 Updated April 6, 2025 10:00",
    ],
)
def test_a_second_day_in_the_line_is_no_time_of_day(text: str) -> None:
    date = parse_date(text, origin="printed date", timezone=None)
    assert date is not None
    assert (date.precision, date.at.hour) == (Precision.DAY, 0)
