"""What articles are called: canonical addresses and language tags."""

from __future__ import annotations

import re

from w3lib.url import canonicalize_url

from tocsin.model.article import UNKNOWN_LANGUAGE

# What newsletters, social networks and advertisers append so as to follow a reader; none of it names the article.
_TRACKING = frozenset(
    (
        "at_campaign at_custom1 at_custom2 at_custom3 at_custom4 at_medium cmp cmpid dclid fbclid ftag gaa_at gaa_n "
        "gaa_sig gaa_ts gbraid gclid gclsrc guccounter guce_referrer guce_referrer_sig icid igsh igshid mbid mc_cid "
        "mc_eid mibextid mkt_tok msclkid ncid ns_campaign ns_linkname ns_mchannel ns_source oref partner ref_src "
        "ref_url referringsource smid smtyp spm srnd taid traffic_source twclid utm_brand utm_campaign utm_content "
        "utm_id utm_medium utm_name utm_reader utm_social utm_source utm_term wbraid wt_mc xtor yclid _ga _gl _hsenc "
        "_hsmi"
    ).split()
)
_PLAIN_URL = re.compile(r"https?://[a-z0-9.-]+/[A-Za-z0-9/_.~-]*")


def canonical_url(url: str) -> str:
    """Return the address without fragment, tracking parameters and accidents of spelling (order, case of the host).

    An address that cannot be parsed stays as it is.
    """
    url = url.strip()
    if _PLAIN_URL.fullmatch(url):
        return url
    try:
        bare, _, query = url.partition("#")[0].partition("?")
        kept = "&".join(pair for pair in query.split("&") if pair.partition("=")[0].lower() not in _TRACKING)
        return str(canonicalize_url(f"{bare}?{kept}" if kept else bare))
    except ValueError:
        return url


# ISO 639-2 codes that wires and feeds use, as the two letters that everyone else does.
_THREE = dict(
    pair.split(":")
    for pair in [
        "ara:ar",
        "bel:be",
        "ben:bn",
        "bul:bg",
        "cat:ca",
        "ces:cs",
        "chi:zh",
        "cze:cs",
        "dan:da",
        "deu:de",
        "dut:nl",
        "ell:el",
        "eng:en",
        "est:et",
        "fas:fa",
        "fin:fi",
        "fra:fr",
        "fre:fr",
        "ger:de",
        "gre:el",
        "heb:he",
        "hin:hi",
        "hrv:hr",
        "hun:hu",
        "hye:hy",
        "ind:id",
        "ita:it",
        "jpn:ja",
        "kat:ka",
        "kor:ko",
        "lav:lv",
        "lit:lt",
        "msa:ms",
        "nld:nl",
        "nor:no",
        "per:fa",
        "pol:pl",
        "por:pt",
        "ron:ro",
        "rum:ro",
        "rus:ru",
        "slk:sk",
        "slv:sl",
        "spa:es",
        "srp:sr",
        "swe:sv",
        "tam:ta",
        "tha:th",
        "tur:tr",
        "ukr:uk",
        "urd:ur",
        "uzb:uz",
        "vie:vi",
        "zho:zh",
    ]
)
_SUBTAG = re.compile(r"([A-Za-z]{2,3})(?:[-_].*)?")


def language(stated: str | None) -> str | None:
    """Return the primary language subtag in lower case (``en`` for ``EN-us`` and ``eng``); None where none is stated."""
    if not stated:
        return None
    if stated in _COMMON:
        return stated
    found = _SUBTAG.fullmatch(stated.strip())
    if found is None:
        return None
    subtag = found[1].lower()
    return None if subtag == UNKNOWN_LANGUAGE else _THREE.get(subtag, subtag)


_COMMON = frozenset(_THREE.values())
