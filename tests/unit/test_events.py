"""Articles in, alerts out, dead letters: what is accepted, what is refused and in which words."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin import events
from tocsin.errors import NotAnArticle
from tocsin.events import (
    Limits,
    arrival_of,
    article_fields,
    canonical_url,
    dead_letter_fields,
    decode_article,
    decode_dead_letter,
    language,
    make_dead_letter,
    parse_time,
)

NOW = 1_795_600_000.0  # 2026-11-25T09:46:40Z
ENTRY = f"{int(NOW * 1000) - 5}-0"


def decode(fields=None, /, *, now=NOW, entry=ENTRY, limit=2**20, **document):
    """Decode raw fields, or a document in ``data``."""
    raw = fields if fields is not None else {b"data": json.dumps(document).encode()}
    return decode_article(entry, raw, now=now, limits=Limits(max_entry_bytes=limit))


def refusal(fields=None, /, **more) -> str:
    with pytest.raises(NotAnArticle) as caught:
        decode(fields, **more)
    assert caught.value.detail.endswith(".")
    return caught.value.reason


def test_a_document_in_data() -> None:
    """Every field of the contract arrives as it was sent; what is not ours is ignored."""
    article = decode(
        id="a-1",
        source="apnews",
        title="Tïtle ",
        body="Body\n",
        url="https://example.org/a",
        published_at="2026-11-25T09:00:00Z",
        lang="en",
        extra={"of": ["the producer"]},
    )
    assert (article.id, article.source, article.title, article.body) == ("a-1", "apnews", "Tïtle ", "Body\n")
    assert (article.url, article.published_at) == ("https://example.org/a", NOW - 2800)
    assert (article.lang, article.lang_stated, article.marks, article.withdrawn) == ("en", True, (), False)
    assert (article.entry_id, article.arrived_at) == (ENTRY, NOW - 0.005)


def test_flat_fields() -> None:
    """What ``XADD articles * title … body …`` writes, unknown fields included."""
    article = decode(
        {
            b"title": "Tïtle".encode(),
            b"body": b"Body",
            b"id": b"17",
            b"source": b"apnews",
            b"published_at": b"1795596400",
            b"lang": b"ko",
            b"mystery": b"\xff",
        }
    )
    assert (article.id, article.title, article.body, article.lang) == ("17", "Tïtle", "Body", "ko")
    assert article.published_at == 1795596400


def test_the_document_wins_and_flat_fields_fill_its_gaps() -> None:
    """A field of the document stands; one that it lacks, or that is null, is taken from beside it."""
    article = decode(
        {b"data": b'{"title": "document", "body": null}', b"title": b"flat", b"body": b"flat", b"source": b"flat"}
    )
    assert (article.title, article.body, article.source) == ("document", "flat", "flat")


def faststream_envelope(body: bytes, headers: dict[str, str]) -> bytes:
    """FastStream's binary message, written by hand from its layout."""
    written = b"".join(len(part).to_bytes(2, "big") + part.encode() for pair in headers.items() for part in pair)
    start = 8 + 2 + 8  # magic, version, two offsets
    return (
        b"\x89BIN\x0d\x0a\x1a\x0a"
        + (1).to_bytes(2, "big")
        + start.to_bytes(4, "big")
        + (start + 2 + len(written)).to_bytes(4, "big")
        + len(headers).to_bytes(2, "big")
        + written
        + body
    )


def test_faststreams_envelope() -> None:
    """Both of its envelopes, the binary one and the JSON one that came before it."""
    body = json.dumps({"title": "t", "id": 5}).encode()
    binary = decode(
        {b"__data__": faststream_envelope(body, {"correlation_id": "x", "content-type": "application/json"})}
    )
    older = decode({b"__data__": json.dumps({"data": body.decode(), "headers": {"correlation_id": "x"}}).encode()})
    assert (binary.id, binary.title) == (older.id, older.title) == ("5", "t")


async def test_what_faststream_itself_writes() -> None:
    """The layout above is FastStream's: its own encoder is read."""
    from faststream.redis.parser import BinaryMessageFormatV1  # noqa: PLC0415 - the only test that needs it

    raw = await BinaryMessageFormatV1.encode(
        message={"title": "t"}, reply_to=None, headers={"k": "v"}, correlation_id="c"
    )
    assert decode({b"__data__": raw}).title == "t"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "bad_json"),
        (b"{", "bad_json"),
        (b"{'title': 't'}", "bad_json"),
        (b'{"title": "t", "score": NaN}', "bad_json"),
        (b'\xef\xbb\xbf{"title": "t"}', "bad_json"),
        (b'{"x": ' + b"[" * 100_000, "bad_json"),
        (b'{"title": "\xff"}', "bad_unicode"),
        (b'{"title": "\xed\xa0\x80"}', "bad_unicode"),
        (b'{"title": "\\ud800"}', "bad_unicode"),
        (b'{"title": "\\ud800 and more", "body": "b"}', "bad_unicode"),
        (b'{"title": "\\udc00\\ud800"}', "bad_unicode"),
        (b'{"title": "a\\u0000b"}', "nul_byte"),
        (b'{"title": "t", "id": "a\\u0000"}', "nul_byte"),
        (b"[1]", "wrong_type"),
        (b'"text"', "wrong_type"),
        (b"null", "wrong_type"),
        (b'{"title": 5}', "wrong_type"),
        (b'{"title": ["t"]}', "wrong_type"),
        (b'{"title": "t", "id": true}', "wrong_type"),
        (b'{"title": "t", "id": 1.5}', "wrong_type"),
        (b'{"title": "t", "id": {"a": 1}}', "wrong_type"),
        (b'{"title": "t", "published_at": {}}', "wrong_type"),
        (b'{"title": "t", "published_at": false}', "wrong_type"),
        (b"{}", "no_text"),
        (b'{"title": " \\n", "body": ""}', "no_text"),
        (b'{"status": "withdrawn"}', "no_id"),
        (b'{"title": "t", "published_at": "9999-12-31T23:59:59Z"}', "future"),
        (b'{"title": "t", "published_at": 253402300799}', "future"),
    ],
)
def test_what_is_no_article(raw, reason) -> None:
    """Each is refused with a stable word, and with a sentence for a person."""
    assert refusal({b"data": raw}) == reason


def test_bad_flat_fields() -> None:
    """The same words for flat fields; no entry at all is no article either."""
    assert refusal({b"title": b"\xff\xfe"}) == "bad_unicode"
    assert refusal({b"title": b"a\0b"}) == "nul_byte"
    assert refusal({b"headline": b"t"}) == "no_text"
    assert refusal({}) == "no_text"


def test_a_broken_envelope() -> None:
    """An envelope that is cut short is no article, wherever it is cut."""
    whole = faststream_envelope(b'{"title": "t"}', {"k": "v"})
    assert refusal({b"__data__": whole[:12]}) == "bad_envelope"
    assert refusal({b"__data__": whole[:-3]}) == "bad_json"


def test_the_size_limit() -> None:
    """Names and values together may be as large as the limit, and no larger."""
    raw = {b"title": b"x" * 95}
    assert decode(raw, limit=100).title == "x" * 95
    assert refusal(raw, limit=99) == "too_large"


@given(st.binary(max_size=300))
def test_any_bytes_are_an_article_or_refused(raw) -> None:
    """No bytes in ``data``, ``__data__`` or a flat field do anything but give an article or a reason."""
    for field in (b"data", b"__data__", b"title", b"published_at"):
        try:
            article = decode({field: raw, b"body": b"text"})
        except NotAnArticle as refused:
            assert refused.reason  # noqa: PT017 - that it is no other error is the point
        else:
            assert article.body or article.title


@given(st.text(min_size=1))
def test_text_arrives_as_it_was_sent(text) -> None:
    """Whatever the characters, title and body are the producer's own, in both forms."""
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        return
    fields = article_fields({"title": "t", "body": text})
    assert decode(fields).body == text
    assert decode({b"title": b"t", b"body": text.encode()}).body == text


# -- names


def test_the_id_is_the_producers() -> None:
    """A number is its digits; an empty one is none."""
    assert decode(title="t", id=0).id == "0"
    assert decode(title="t", id=12345678901234567890123).id == "12345678901234567890123"
    assert decode(title="t", id="", url="https://example.org/a").id == "https://example.org/a"


def test_the_id_comes_from_the_address() -> None:
    """Without one, the canonical address names the article."""
    one = decode(title="t", url="https://Example.org/a?utm_source=x&b=2&a=1#top")
    other = decode(title="another title", url="https://example.org/a?a=1&b=2&fbclid=77")
    assert one.id == other.id == "https://example.org/a?a=1&b=2"
    assert one.url == "https://Example.org/a?utm_source=x&b=2&a=1#top"


def test_the_id_comes_from_the_content() -> None:
    """Without an address, what it says names it; the boundary between title and body counts."""
    assert decode(title="t", body="b").id == decode(title="t", body="b", source="x").id
    assert decode(title="t", body="b").id != decode(title="tb").id


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://example.org/a/b-c_d.html", "https://example.org/a/b-c_d.html"),
        ("HTTPS://EXAMPLE.org/A", "https://example.org/A"),
        ("https://example.org", "https://example.org/"),
        ("https://example.org/a#part", "https://example.org/a"),
        ("https://example.org/?id=7&UTM_Source=x", "https://example.org/?id=7"),
        ("https://example.org/?gclid=1", "https://example.org/"),
        (" https://example.org/a ", "https://example.org/a"),
        ("https://[broken/a", "https://[broken/a"),
        ("no address at all", "no%20address%20at%20all"),
    ],
)
def test_canonical_addresses(url, canonical) -> None:
    """Fragment, tracking and accidents of spelling go; what names the article stays."""
    assert canonical_url(url) == canonical


def test_the_quick_way_agrees_with_the_long_one() -> None:
    """Plain addresses are not looked at further; looking would change nothing."""
    from w3lib.url import canonicalize_url  # noqa: PLC0415 - the oracle

    for url in ("https://example.org/", "http://a.b.example.org/x/y.html", "https://example.org/2026/11/a-b_c~d/"):
        assert canonical_url(url) == canonicalize_url(url) == url


def test_a_withdrawal_needs_no_text() -> None:
    """``{source, id, status: withdrawn}`` is whole; other states say nothing."""
    article = decode(source="apnews", id="a", status="withdrawn")
    assert article.withdrawn
    assert (article.title, article.body) == ("", "")
    assert not decode(title="t", status="published").withdrawn


@pytest.mark.parametrize(
    ("stated", "read"),
    [
        ("en", "en"),
        ("EN-us", "en"),
        ("pt_BR", "pt"),
        ("zh-Hant-TW", "zh"),
        ("eng", "en"),
        ("kor", "ko"),
        ("yue", "yue"),
        (" fr ", "fr"),
        ("und", None),
        ("", None),
        (None, None),
        ("English", None),
        ("e", None),
    ],
)
def test_languages(stated, read) -> None:
    """The primary subtag in lower case, two letters where there are two; what is no tag was not stated."""
    assert language(stated) == read
    article = decode(title="t", lang=stated)
    assert (article.lang, article.lang_stated) == (read or "und", read is not None)


# -- times


@pytest.mark.parametrize(
    "stated",
    [
        "2026-11-25T09:00:00Z",
        "2026-11-25T09:00:00",
        "2026-11-25 09:00:00+00:00",
        "2026-11-25T18:00:00+09:00",
        "2026-11-25T09:00:00.000000Z",
        "20261125T090000Z",
        "2026-11-25 09:00:00 UTC",
        "Wed, 25 Nov 2026 09:00:00 GMT",
        "Wed, 25 Nov 2026 09:00:00 +0000",
        "Wed, 25 Nov 2026 04:00:00 EST",
        " 2026-11-25T09:00:00Z ",
        1795597200,
        1795597200.0,
        1795597200000,
        "1795597200",
        "1795597200000",
    ],
)
def test_dates(stated) -> None:
    """Every notation of the same moment; a naive one is UTC."""
    assert parse_time(stated) == 1795597200


@pytest.mark.parametrize(
    "stated",
    [
        None,
        "",
        "yesterday",
        "2026-13-45",
        "25/11/2026",
        True,
        0,
        "0",
        "0001-01-01T00:00:00Z",
        "1970-01-01T00:00:00Z",
        "1e400",
        [],
        {},
        "9" * 40,
        float("nan"),
        float("inf"),
    ],
)
def test_no_dates(stated) -> None:
    """What cannot be read, and the zero of a clock that was never set, is no date."""
    assert parse_time(stated) is None


def test_days_are_days() -> None:
    """Eight digits that look like a day are one."""
    assert parse_time("20261125") == parse_time("2026-11-25")


@given(st.one_of(st.text(max_size=40), st.floats(), st.integers()))
def test_any_date_is_a_number_or_none(stated) -> None:
    """No spelling of a date does anything else."""
    found = parse_time(stated)
    assert found is None or isinstance(found, float)


@pytest.mark.parametrize(
    ("published_at", "expected", "marks"),
    [
        (None, None, ("undated",)),
        ("", None, ("undated",)),
        ("soon", None, ("undated", "bad_date")),
        (NOW - 5, NOW - 5, ()),
        (NOW + 599, NOW, ()),
        (NOW + 601, NOW + 601, ("ahead",)),
        (NOW + 48 * 3600 - 1, NOW + 48 * 3600 - 1, ("ahead",)),
    ],
)
def test_dates_against_the_clock(published_at, expected, marks) -> None:
    """Undated and unreadable are marked, not refused; ten minutes ahead is now; up to two days ahead is marked."""
    article = decode(title="t", published_at=published_at)
    assert article.published_at == expected
    assert article.marks == marks


def test_further_ahead_is_no_article() -> None:
    """Beyond 48 hours ahead the date is wrong, and with it everything that rests on it."""
    assert refusal(title="t", published_at=NOW + 48 * 3600 + 1) == "future"


@pytest.mark.parametrize(
    ("entry", "arrival"),
    [
        (f"{int(NOW * 1000)}-0", NOW),
        (f"{int((NOW - 3600) * 1000)}-7", NOW - 3600),
        (f"{int((NOW - 86_399) * 1000)}-0".encode(), NOW - 86_399),
        (f"{int((NOW - 86_401) * 1000)}-0", NOW),
        (f"{int((NOW + 1) * 1000)}-0", NOW),
        ("5-1", NOW),
        ("line 17", NOW),
    ],
)
def test_arrival(entry, arrival) -> None:
    """The time in the entry's id within the last 24 hours, else now: ids made up by a producer prove nothing."""
    assert arrival_of(entry, now=NOW) == arrival


# -- dead letters


def a_letter(fields, **more):
    return make_dead_letter(
        entry_id="1-0", fields=fields, reason="bad_json", detail="what it is", deliveries=3, at=NOW, **more
    )


def test_a_dead_letter_comes_back_as_it_was_written() -> None:
    """Raw bytes, names that are no text, counts and time survive the way through Redis."""
    letter = a_letter({b"data": b"\xff\x00{", b"\xfe": b"", b"title": b"t"}, failures=2)
    read = decode_dead_letter(b"9-9", dead_letter_fields(letter))
    assert read.id == "9-9"
    assert read.fields == {b"data": b"\xff\x00{", b"\xfe": b"", b"title": b"t"}
    assert (read.entry_id, read.reason, read.detail, read.deliveries, read.failures, read.at) == (
        ("1-0", "bad_json", "what it is", 3, 2, NOW)
    )
    assert read.complete
    json.dumps(read.summary())


def test_a_dead_letter_keeps_heads() -> None:
    """A long value is cut to 64 KiB; how long it was and its digest are told; it is not complete."""
    letter = decode_dead_letter("9-9", dead_letter_fields(a_letter({b"body": b"y" * 65_537, b"title": b"t"})))
    assert letter.fields == {b"body": b"y" * 65_536, b"title": b"t"}
    assert letter.whole == {b"body": (65_537, hashlib.sha1(b"y" * 65_537).hexdigest())}
    assert letter.size == 65_537 + len(b"bodytitlet")
    assert not letter.complete


def test_a_dead_letter_is_bounded_as_a_whole() -> None:
    """However many fields there are, and however long their names: about a mebibyte, with a count of what is missing."""
    letter = a_letter({b"%d" % number: b"z" * 60_000 for number in range(40)} | {b"n" * 300: b""})
    written = dead_letter_fields(letter)
    assert sum(len(name) + len(value) for name, value in written.items()) < 2**20 + 4096
    assert letter.left_out == 41 - len(letter.fields) > 0
    assert not letter.complete
    many = a_letter({b"%d" % number: b"" for number in range(1000)}, left_out=5)
    assert (len(many.fields), many.left_out, many.complete) == (256, 749, False)


def test_what_is_no_letter_is_read_as_an_empty_one() -> None:
    """Another's entry in that stream breaks nothing."""
    letter = decode_dead_letter("1-1", {b"hello": b"\xff", b"cut:x": b"many", b"deliveries": b"some", b"at": b"once"})
    assert (letter.reason, letter.deliveries, letter.at, letter.fields) == ("", 0, 0.0, {})


def test_iso_never_fails() -> None:
    """A moment that no calendar has is shown as its number."""
    assert events.iso(0) == "1970-01-01T00:00:00.000Z"
    assert events.iso(1e18) == "1000000000000000000"
