"""Addresses: their normal form, the key they are compared by, and what their shape tells.

`canonicalize` gives an address that can be requested and stored; `url_key` gives what two addresses of one page have in
common. Both drop what only tracks the reader and keep everything that may identify a page. Which of several addresses
is a story's own is decided in `newskeep.identity`; whether an address may be connected to, in the address guard.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import NamedTuple
from urllib.parse import unquote_to_bytes, urljoin, urlsplit, urlunsplit

import idna

MAX_URL_LENGTH = 8_000
"""Longer addresses are refused: no server takes them, and nobody prints them."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TRACKING_PREFIXES = ("utm_", "at_", "mtm_", "hsa_", "ns_", "wt.", "wt_", "stm_", "itm_", "oly_")
_TRACKING_NAMES = _words(
    """
    fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid ysclid twclid ttclid li_fat_id igshid igsh epik srsltid ico
    mc_cid mc_eid mkt_tok _hsenc _hsmi hsctatracking __hstc __hssc __hsfp vero_id vero_conv rb_clickid s_cid s_kwcid
    cmp cmpid cmp_id cid_source icid ncid ocid ito itid smid smtyp smvar xtor xtref ref_src ref_url tpcc
    sharetoken share_token shareid share_id sharetype share_type sh_kit xing_share spm scm guccounter guce_referrer
    guce_referrer_sig _ga _gl gad_source sref taid mbid nr_email_referer sthisfb fb_action_ids fb_action_types fb_source
    fb_ref action_object_map action_type_map action_ref_map __twitter_impression __source __cf_chl_tk
    pk_campaign pk_kwd pk_source pk_medium pk_content pk_cpn phpsessid jsessionid aspsessionid
    _ptid rsslink isfromrss fromrss
    """
)
# These are tracking on one site and name a page on the next: their value decides.
_CHANNEL_NAMES = _words("ref referrer referer share source src from via partner feature medium")
_CHANNELS = _words(
    """
    rss rss2 atom feed feeds feedburner home homepage front frontpage start newsletter newsletters nl mail email e-mail
    twitter tweet x facebook fb instagram ig whatsapp wa telegram threads bluesky bsky mastodon linkedin reddit
    pinterest tumblr youtube tiktok flipboard pocket apple applenews googlenews google bing yahoo msn smartnews upday
    newsbreak share sharing social copy link permalink print push notification app ios android mobile desktop web amp
    widget sidebar footer header menu nav navigation related more popular latest recommended teaser search top
    """
)

# Made after Google's `utm_source` with a house's own letters before it.
_CAMPAIGN_NAME = re.compile(r"[a-z]{2,4}_(?:source|medium|campaign)")
_NUMBER = re.compile(r"\d{3}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_PERCENT = re.compile(r"%([0-9A-Fa-f]{2})?|[^!-~]|[\"<>\\^`{|}]")
_PLAIN = re.compile(r"[A-Za-z0-9._~/=&?+:@!$'(),;*-]*")
_SCHEME = re.compile(r"\s*[A-Za-z][A-Za-z0-9+.-]*:(?!\d)")
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*")
_SESSION_IN_PATH = re.compile(r";jsessionid=[^/;]*", re.IGNORECASE)
_AMP_IN_PATH = re.compile(r"^/amp(?=/[^/])|/amp/?$|\.amp(?=\.html?$)|\.amp$", re.IGNORECASE)
_AMP_PARAMETER = re.compile(r"amp(?:=(?:1|true)?)?|outputtype=amp", re.IGNORECASE)
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_DEFAULT_PORTS = {"http": 80, "https": 443}

_ASSET = re.compile(
    r"\.(?:jpe?g|png|gif|webp|avif|svg|ico|bmp|tiff?|heic|css|m?js|map|json|woff2?|ttf|otf|eot|mp3|m4a|ogg|wav|flac|mp4|m4v"
    r"|mov|webm|avi|mkv|m3u8|ts|pdf|docx?|xlsx?|pptx?|epub|zip|gz|rar|7z|tar|dmg|exe|apk|swf)$",
    re.IGNORECASE,
)
# RebelMouse serves its pictures from here, and its sitemaps mix them among the stories.
_ASSET_FOLDER = re.compile(r"/media-library/", re.IGNORECASE)
_INDEX_PATH = re.compile(
    r"/?(?:[a-z]{2}(?:[-_][a-z]{2})?/?)?(?:(?:index|default|home|homepage|start|main)(?:\.(?:s?html?|php\d?|aspx?|jsp|cfm))?)?/?",
    re.IGNORECASE,
)

# Registrable domains without the public suffix list, which is a file of 15,000 lines that changes weekly. These labels
# are suffixes under nearly every two-letter top level domain; the table adds the ones of single countries.
_SECOND_LEVEL = frozenset(["com", "co", "org", "net", "gov", "edu", "ac", "mil", "gob", "gouv", "gub"])
_SECOND_LEVEL_OF = {
    "ar": "int tur", "at": "or gv", "au": "id asn", "br": "jor art blog eco adv inf tv", "cy": "press", "hk": "idv",
    "fj": "info pro", "hu": "info", "id": "or go web sch my", "il": "muni", "in": "firm gen ind nic", "ir": "id sch",
    "jp": "or ne go ad ed gr lg", "ke": "or go ne me info", "kr": "or re go pe ne", "mz": "adv", "np": "info",
    "nz": "govt geek gen school iwi kiwi maori", "pk": "web fam", "pl": "info waw", "pt": "publ nome", "py": "una",
    "th": "go or in mi", "tr": "gen web info bel av k12", "tw": "idv", "tz": "or go ne me", "ua": "in kiev kyiv lviv",
    "ug": "or go ne", "uk": "me ltd plc nhs police sch", "ve": "info web", "vn": "info", "za": "web law nom",
}  # fmt: skip
_SHARED_HOSTS = _words(
    """
    blogspot.com wordpress.com substack.com medium.com tumblr.com github.io gitlab.io netlify.app vercel.app pages.dev
    ghost.io typepad.com livejournal.com weebly.com wixsite.com squarespace.com herokuapp.com web.app firebaseapp.com
    cloudfront.net azurewebsites.net appspot.com beehiiv.com buttondown.email libsyn.com podbean.com
    """
)


class _Parts(NamedTuple):
    """An address taken apart, scheme and host in normal form; `port` is None where it is the scheme's own."""

    scheme: str
    host: str
    port: int | None
    path: str
    query: str

    @property
    def netloc(self) -> str:
        return self.host if self.port is None else f"{self.host}:{self.port}"


def canonicalize(url: str, *, base: str | None = None) -> str:
    """Bring an address into its normal form: absolute, http or https, no fragment, no tracking, no log-in.

    The result is pure ASCII and can be requested as it is: hosts in IDNA, everything else percent-encoded UTF-8.
    Parameters keep their order, since some servers care. A relative address needs `base`.

    Raises:
        ValueError: it is no address of a web page (another scheme, no host, a bad port, too long).
    """
    is_absolute = url.startswith(("https://", "http://"))
    parts = _split(url, None if is_absolute else base)
    return urlunsplit((parts.scheme, parts.netloc, _path(parts.path), _query(parts.query), ""))


def url_key(url: str) -> str:
    """Give the key under which all spellings of one address fall together.

    It ignores scheme, `www.`, default port, trailing slash, tracking parameters, the order of parameters and the way
    of percent-encoding. A key is itself accepted and gives itself, and so is an address typed without its scheme.

    Raises:
        ValueError: as `canonicalize`.
    """
    parts = _split(url if _SCHEME.match(url) else "https://" + url.strip().lstrip("/"), None)
    host = parts.host
    while host.startswith("www.") and "." in host[4:]:
        host = host[4:]
    netloc = host if parts.port in (None, 80, 443) else f"{host}:{parts.port}"
    path = _composed(_path(parts.path)).rstrip("/")
    query = "&".join(sorted(_composed(_key_parameter(piece)) for piece in _query(parts.query).split("&") if piece))
    return f"{netloc}{path}?{query}" if query else f"{netloc}{path}"


def is_fetchable(url: str) -> bool:
    """Tell whether this is an absolute http or https address that could be requested."""
    try:
        _split(url, None)
    except ValueError:
        return False
    return True


def host_of(url: str) -> str:
    """Give the host of an absolute address: lower case, IDNA, without port; IPv6 without brackets.

    Raises:
        ValueError: as `canonicalize`.
    """
    return _split(url, None).host.strip("[]")


def origin_of(url: str) -> str:
    """Give scheme, host and port of an absolute address: `https://news.example`, without a slash behind.

    Raises:
        ValueError: as `canonicalize`.
    """
    parts = _split(url, None)
    return f"{parts.scheme}://{parts.netloc}"


def same_site(a: str, b: str) -> bool:
    """Tell whether two addresses belong to one registrable domain. What is no web address has no site."""
    try:
        return registrable_domain(host_of(a)) == registrable_domain(host_of(b))
    except ValueError:
        return False


@lru_cache(maxsize=4096)
def registrable_domain(host: str) -> str:
    """Give the part of a host that was registered: `news.paper.co.uk` -> `paper.co.uk`. IP addresses stay whole."""
    labels = host.split(".")
    if len(labels) < 3 or _is_ip(host):
        return host
    country, second = labels[-1], labels[-2]
    is_suffix = len(country) == 2 and (second in _SECOND_LEVEL or second in _SECOND_LEVEL_OF.get(country, "").split())
    if is_suffix or f"{second}.{country}" in _SHARED_HOSTS:
        return ".".join(labels[-3:])
    return ".".join(labels[-2:])


def is_front_url(url: str) -> bool:
    """Tell whether an address is a site's own home page or index, also one under a language (`/en/`)."""
    try:
        parts = _split(url, None)
    except ValueError:
        return False
    return not _query(parts.query) and _INDEX_PATH.fullmatch(parts.path) is not None


def is_asset_url(url: str) -> bool:
    """Tell whether an address names a picture, a sound, a script or a file, and so no page."""
    path = urlsplit(url).path if "?" in url or "#" in url else url
    return _ASSET.search(path) is not None or _ASSET_FOLDER.search(path) is not None


def amp_twin(url: str) -> str | None:
    """Give the address that an AMP address stands for by its shape, None where the shape is not AMP's.

    Known shapes: a first or last path part `amp`, a host `amp.`, the endings `.amp` and `.amp.html`, and `amp` or
    `outputType=amp` as a parameter. It is a guess: the page's own `rel=canonical` is worth more.
    """
    try:
        parts = urlsplit(canonicalize(url))
    except ValueError:
        return None
    path = _AMP_IN_PATH.sub("", parts.path, count=1) or "/"
    pieces = [piece for piece in parts.query.split("&") if piece]
    kept = [piece for piece in pieces if not _AMP_PARAMETER.fullmatch(piece)]
    host = re.sub(r"^amp\.(?=[^.]+\.)", "www.", parts.netloc)
    if (path, kept, host) == (parts.path, pieces, parts.netloc) or (path == "/" and parts.path not in ("", "/")):
        return None
    return urlunsplit((parts.scheme, host, path, "&".join(kept), ""))


# One address is asked for its normal form, its key and its shape in turn.
@lru_cache(maxsize=512)
def _split(url: str, base: str | None) -> _Parts:
    if len(url) > MAX_URL_LENGTH:
        raise ValueError(f"an address of {len(url)} characters is too long")
    cleaned = _CONTROL.sub("", url).strip()
    if "\\" in cleaned:
        # Browsers read it as a slash where it stands before the query; to read it otherwise is to connect elsewhere.
        head, mark, tail = _cut_query(cleaned)
        cleaned = head.replace("\\", "/") + mark + tail
    if base is not None:
        cleaned = urljoin(base, cleaned)
    parts = urlsplit(cleaned)
    default_port = _DEFAULT_PORTS.get(parts.scheme)
    if default_port is None:
        raise ValueError(f"not an http or https address: {url[:200]!r}")
    host, port = parts.hostname, parts.port
    if not host:
        raise ValueError(f"an address without a host: {url[:200]!r}")
    return _Parts(parts.scheme, _host(host), None if port == default_port else port, parts.path, parts.query)


def _cut_query(url: str) -> tuple[str, str, str]:
    found = re.search(r"[?#]", url)
    return (url, "", "") if found is None else (url[: found.start()], found[0], url[found.end() :])


@lru_cache(maxsize=4096)
def _host(host: str) -> str:
    if ":" in host:
        try:
            return f"[{IPv6Address(host.partition('%')[0]).compressed}]"
        except AddressValueError as error:
            raise ValueError(f"not a host: {host[:200]!r}") from error
    name = host.lower().rstrip(".")
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True, transitional=False).decode("ascii")
        except idna.IDNAError as error:
            raise ValueError(f"not a host: {host[:200]!r}") from error
    if _HOST.fullmatch(name) is None or len(name) > 253:
        raise ValueError(f"not a host: {host[:200]!r}")
    return name


def _is_ip(host: str) -> bool:
    if ":" in host:
        return True
    try:
        IPv4Address(host)
    except AddressValueError:
        return False
    return True


def _path(path: str) -> str:
    """A path in normal form: dot segments resolved, one way of percent-encoding, at least `/`."""
    encoded = _encoded(_SESSION_IN_PATH.sub("", path))
    if "/." in encoded:
        kept: list[str] = []
        segments = encoded.split("/")[1:]
        for segment in segments:
            if segment == "..":
                del kept[-1:]
            elif segment != ".":
                kept.append(segment)
        ends_in_folder = segments[-1] in (".", "..")
        encoded = "/" + "/".join(kept) + ("/" if ends_in_folder and kept else "")
    return encoded or "/"


def _query(query: str) -> str:
    """A query without what only tracks; the rest in its order and in one way of percent-encoding."""
    if not query:
        return ""
    # Feeds escape twice: `?a=1&amp;utm_source=rss`.
    pieces = (_encoded(piece) for piece in query.replace("&amp;", "&").split("&") if piece)
    return "&".join(piece for piece in pieces if not _is_tracking(piece))


def _is_tracking(parameter: str) -> bool:
    name, _, value = parameter.partition("=")
    name = name.lower()
    if name in _TRACKING_NAMES or name.startswith(_TRACKING_PREFIXES) or _CAMPAIGN_NAME.fullmatch(name):
        return True
    if name not in _CHANNEL_NAMES:
        return False
    word = value.lower()
    # `ref=nav-top` tracks, `ref=48213` names something.
    return word in _CHANNELS or (name in ("ref", "share") and _NUMBER.search(word) is None)


def _key_parameter(parameter: str) -> str:
    """One parameter as keys have it: a plus is a blank, and `a` is `a=`."""
    name, _, value = parameter.replace("+", "%20").partition("=")
    return f"{name}={value}"


def _encoded(text: str) -> str:
    """One way of percent-encoding (RFC 3986 6.2.2): upper-case digits, nothing encoded that need not be."""
    return text if _PLAIN.fullmatch(text) else _PERCENT.sub(_encode_one, text)


def _encode_one(found: re.Match[str]) -> str:
    digits = found[1]
    if digits is None:
        return "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "surrogatepass"))
    character = chr(int(digits, 16))
    return character if character in _UNRESERVED else f"%{digits.upper()}"


def _composed(text: str) -> str:
    """Letters and their accents joined: some browsers and file systems send them apart."""
    if "%" not in text:
        return text
    return re.sub(r"(?:[A-Za-z0-9]?(?:%[89A-F][0-9A-F])+)+", _compose_run, text)


def _compose_run(found: re.Match[str]) -> str:
    try:
        run = unquote_to_bytes(found[0]).decode("utf-8")
    except UnicodeDecodeError:
        return found[0]  # an old encoding, which is the site's own
    return _encoded(unicodedata.normalize("NFC", run))
