"""What in a text is secret, so that it is told of and never shown.

The makes of keys are from their makers' own pages and from what scanners of secrets agree on, as known in
2026; a shape is no proof, and a secret without a shape is not found.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache


@dataclass(frozen=True, slots=True)
class Secret:
    """A run of characters that opens something."""

    start: int
    stop: int
    what: str
    """What it is, for people: `a GitHub token`."""
    is_example: bool = False
    """Whether its maker's documentation prints it, so that it opens nothing."""


@dataclass(frozen=True, slots=True)
class _Make:
    """One maker's kind of key."""

    what: str
    begins: tuple[str, ...]
    """How it begins, or what stands before it; a text is searched for these words first."""
    rest: str
    """What follows; group 1, where there is one, is what is secret, else all is with how it begins."""
    least: float = 3.0
    """Bits a character that the secret must hold at least; words and `xxxx` hold less."""


_MAKES = (
    _Make("an AWS access key", ("AKIA", "ASIA"), r"[A-Z0-9]{16}(?![A-Za-z0-9])", 2.8),
    _Make("a GitHub token", ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"), r"[A-Za-z0-9]{30,255}\b"),
    _Make("a GitHub token", ("github_pat_",), r"\w{30,255}\b"),
    _Make("a GitLab token", ("glpat-", "gldt-", "glrt-", "glcbt-", "glptt-", "gloas-"), r"[\w-]{20,}"),
    _Make(
        "a Slack token", ("xoxa-", "xoxb-", "xoxe-", "xoxe.", "xoxo-", "xoxp-", "xoxr-", "xoxs-"), r"[\w-]{10,}", 2.8
    ),
    _Make("a Slack token", ("xapp-",), r"\d-[\w-]{20,}"),
    _Make("a Slack webhook", ("hooks.slack.com/",), r"services/(T\w{6,}/B\w{6,}/\w{20,})"),
    _Make("a Discord webhook", ("discord.com/api/", "discordapp.com/api/"), r"webhooks/(\d{15,}/[\w-]{50,})"),
    _Make("a Stripe key", ("sk_live_", "sk_test_", "rk_live_", "rk_test_"), r"[A-Za-z0-9]{16,}"),
    _Make("a webhook's signing secret", ("whsec_",), r"[A-Za-z0-9+/=]{24,}"),
    _Make("an Anthropic key", ("sk-ant-",), r"[\w-]{24,}"),
    _Make("an OpenRouter key", ("sk-or-",), r"[\w-]{24,}"),
    _Make("an OpenAI key", ("sk-",), r"(?!ant-|or-)(?:(?:proj|svcacct|admin|None)-[\w-]{20,}|[A-Za-z0-9]{32,})"),
    _Make("a Google key", ("AIza",), r"[\w-]{35}(?![\w-])"),
    _Make("a Google token", ("ya29.",), r"[\w-]{20,}"),
    _Make("a Google client secret", ("GOCSPX-",), r"[\w-]{24,}"),
    _Make("an npm token", ("npm_",), r"[A-Za-z0-9]{36}\b"),
    _Make("a PyPI token", ("pypi-AgE",), r"[\w-]{50,}"),
    _Make("a Hugging Face token", ("hf_",), r"[A-Za-z0-9]{30,}\b"),
    _Make("a SendGrid key", ("SG.",), r"[\w-]{20,24}\.[\w-]{39,50}"),
    _Make("a Mailgun key", ("key-",), r"[0-9a-f]{32}\b"),
    _Make("an Azure storage key", ("AccountKey=",), r"([A-Za-z0-9+/]{60,}={0,2})"),
    _Make("a DigitalOcean token", ("dop_v1_", "doo_v1_", "dor_v1_"), r"[0-9a-f]{64}\b"),
    _Make("a Shopify token", ("shpat_", "shpca_", "shppa_", "shpss_"), r"[0-9a-fA-F]{32}\b"),
    _Make("a Databricks token", ("dapi",), r"[0-9a-f]{32}\b"),
    _Make("a Docker token", ("dckr_",), r"(?:pat|oat)_[\w-]{27,}"),
    _Make("a Linear key", ("lin_api_", "lin_oauth_"), r"[A-Za-z0-9]{32,}"),
    _Make("a Notion token", ("ntn_",), r"[A-Za-z0-9]{40,}"),
    _Make("a Groq key", ("gsk_",), r"[A-Za-z0-9]{40,}"),
    _Make("an xAI key", ("xai-",), r"[A-Za-z0-9]{60,}"),
    _Make("a Perplexity key", ("pplx-",), r"[A-Za-z0-9]{40,}"),
    _Make("a Vault token", ("hvs.", "hvb."), r"[\w-]{24,}"),
    _Make("a Figma token", ("figd_",), r"[\w-]{36,}"),
    _Make("a Supabase key", ("sbp_", "sb_secret_"), r"[\w-]{20,}"),
    _Make("a Tavily key", ("tvly-",), r"(?:dev-|prod-)?[A-Za-z0-9]{28,}"),
    _Make("an Atlassian token", ("ATATT3",), r"[\w=-]{100,}"),
    _Make("an age key", ("AGE-SECRET-KEY-1",), r"[0-9A-Z]{58}\b"),
    _Make("a JSON web token", ("eyJ",), r"[\w-]{12,400}+\.eyJ[\w-]{12,4000}+\.[\w-]{16,}"),
    _Make("a Telegram bot's token", (":AA",), r"[\w-]{32,33}(?![\w-])"),
    _Make("a private key", ("PRIVATE KEY",), r"(?: BLOCK)?-----((?:\s|\\[nr]|[A-Za-z0-9+/=:,.]|-(?!----)){64,})", 4.0),
    _Make("a password in an address", ("://",), r"[^\s/:@\"'`<>]{0,64}:([^\s/@\"'`<>]{6,128})@", 2.5),
)
"""In each, what begins it is a word by itself, but where punctuation begins it or a group is what is secret."""

_EXAMPLE = "EXAMPLE"
"""AWS prints `AKIA...EXAMPLE` in its documentation, so that nobody takes it for a key."""

_STANDS_FOR = r"""(?xi)
    [$%<{\[(*] | x{4} | \.\.\. | …
    | your|example|dummy|fake|sample|placeholder|changeme|change-me|replace|insert|redacted|secret|passw|123456|abcdef
    | test|todo|foobar|token|api[-_]?key|deadbeef|user|admin|postgres|root|mysql|guest
    """
"""What a placeholder has and a key, which is drawn by lot, has not."""

_WEAK = r"(?i)[$%<{\[(*]|x{4}|\.\.\.|…|your|example|dummy|fake|placeholder|redacted|123456789|abcdefgh"
"""The same for keys of a known make, which may hold a short word by chance."""

_NAMED = ("key", "secret", "token", "passw", "passphrase", "credential", "authorization")
"""What names of secret things hold, in small letters."""
_KEYS = ("api", "private", "access", "secret", "encryption", "signing", "account", "license", "shared")
"""What a `key` is that is secret."""

_ASSIGNED = r"""(?xi)
    (?: s | ord | wd )? (?: [-_][\w-]{1,24} )? ["'`]? [ \t]{0,4} (?: [:=] | => ) [ \t]{0,4} ["'`]?
    (?: (?:Bearer|Basic|token)[ ]{1,4} )?
    ([^\s"'`,;<>{}()\[\]$|\\]{8,512})
    """
"""What follows a name of something secret where a value is put into it; group 1 is the value."""

_INK = r"[^\r\n]"
_BEFORE = r"(?<!\d)\d{8,10}\Z"

_NAME = r"[A-Za-z_][A-Za-z_.-]*|[A-Z][A-Z0-9_]*|[a-z]+(?:[-_.][a-z0-9]+)+|[A-Za-z~.]*(?:/[A-Za-z_.-]*\d?)+|.*://.*"
"""A word, a variable, a path of names: no key."""
_OPENS = r"(?i)token|secret|passw|credential|authorization|api_?-?key|private_?-?key|\bauth\b"
"""Names of variables and headers that hold keys."""


@lru_cache(maxsize=2)
def secrets(text: str) -> tuple[Secret, ...]:
    """The keys of known makes in a text, in their order; placeholders are none."""
    found: list[Secret] = []
    words = long_words(text)
    for make in _MAKES:
        for word in make.begins:
            if word in (text if " " in word else words):
                found += _made_by(make, word, _compiled(make.rest), text)
    return tuple(sorted(found, key=lambda secret: (secret.start, secret.stop)))


@lru_cache(maxsize=2)
def long_words(text: str) -> str:
    """The words of a text that are long enough to be a key, each on a line: a short text to look through often."""
    return "\n".join(word for word in text.split() if len(word) >= _SHORTEST)


_SHORTEST = 15
"""Characters of the shortest key of a known make."""


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """A pattern, compiled when it is first needed: not every run of the command needs it."""
    return re.compile(pattern)


def _made_by(make: _Make, word: str, rest: re.Pattern[str], text: str) -> Iterator[Secret]:
    at = text.find(word)
    while at >= 0:
        inside = not rest.groups and word[0].isalnum() and text[at - 1 : at].isalnum()
        met = None if inside else rest.match(text, at + len(word))
        if met is None:
            at = text.find(word, at + len(word))
            continue
        start, stop = met.span(1) if rest.groups else (at, met.end())
        value = text[start:stop]
        if word in {"AKIA", "ASIA"} and value.endswith(_EXAMPLE):
            yield Secret(start, stop, make.what, is_example=True)
        elif word == ":AA":
            digits = _compiled(_BEFORE).search(text, max(0, at - 11), at)
            if digits and bits(value) >= make.least:
                yield Secret(digits.start(), stop, make.what)
        elif _opens(make, value, text[max(0, start - 80) : start], value.removeprefix(word)):
            yield Secret(start, stop, make.what)
        at = text.find(word, met.end())


def _opens(make: _Make, value: str, before: str, drawn: str) -> bool:
    """Whether a run of the right shape is a key: a placeholder is none, nor a database's first password."""
    if bits(drawn) < make.least:
        return False
    if "://" in make.begins:
        name = before.rpartition("://")[2].removesuffix(":")
        return name != value and not _compiled(_STANDS_FOR).search(value)
    if "eyJ" in make.begins:
        return _is_web_token(value)
    return "PRIVATE KEY" in make.begins or not _compiled(_WEAK).search(value)


def _is_web_token(value: str) -> bool:
    head = value.partition(".")[0]
    try:
        said = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return False
    return isinstance(said, dict) and "alg" in said


def bits(value: str) -> float:
    """Bits of information a character, by how often each occurs: a word has three, a random key above four."""
    size = len(value) or 1
    return -sum(n / size * math.log2(n / size) for n in Counter(value).values())


def assigned(text: str) -> Iterator[Secret]:
    """Values that look drawn by lot, behind a name of something secret: `db_password = ...`."""
    for start, stop in _assigned(text):
        if looks_drawn(text[start:stop]):
            yield Secret(start, stop, "a value that looks like a key")


def _assigned(text: str) -> list[tuple[int, int]]:
    """Where values are put into what has a secret's name, in their order."""
    small = text.replace("\u0130", "I").lower()  # the one letter whose small form is longer
    spans = set[tuple[int, int]]()
    for word in _NAMED:
        at = small.find(word)
        while at >= 0:
            if word != "key" or small[max(0, at - 12) : at].rstrip("-_ ").endswith(_KEYS):
                met = _compiled(_ASSIGNED).match(text, at + len(word))
            else:
                met = None
            if met:
                spans.add(met.span(1))
            at = small.find(word, met.end() if met else at + len(word))
    return sorted(spans)


def looks_drawn(value: str) -> bool:
    """Whether a value has the look of a key that was drawn by lot: long, of letters and digits, no words."""
    return (
        len(value) >= 16
        and any(c.isdigit() for c in value)
        and any(c.isalpha() for c in value)
        and bits(value) >= 3.5
        and not _compiled(_NAME).fullmatch(value)
        and not _compiled(_STANDS_FOR).search(value)
        and not _compiled(_STANDS_FOR).search(_decoded(value))
    )


def _decoded(value: str) -> str:
    try:
        return base64.b64decode(value + "=" * (-len(value) % 4), validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return ""


def opens(name: str) -> bool:
    """Whether a variable or a header of this name holds something secret."""
    return bool(_compiled(_OPENS).search(name))


def stands_for(value: str) -> bool:
    """Whether a value is a placeholder, a formula, the name of a variable, or nothing."""
    value = value.strip()
    return len(value) < 6 or bool(_compiled(_STANDS_FOR).search(value)) or bool(_compiled(_NAME).fullmatch(value))


@lru_cache(maxsize=8)
def veiled(text: str) -> str:
    """`text` with everything secret in it covered, character by character, but for its first four; lines stay.

    More is covered than is told of as a finding: whatever is put into something with a secret's name.
    """
    spans = [(secret.start, secret.stop) for secret in secrets(text)]
    spans += [(start, stop) for start, stop in _assigned(text) if not stands_for(text[start:stop])]
    parts, at = list[str](), 0
    for start, stop in sorted(spans):
        shown = max(at, min(start + 4, stop))
        parts += (text[at:shown], _compiled(_INK).sub("*", text[shown:stop]))
        at = max(shown, stop)
    return "".join((*parts, text[at:])) if parts else text


def masked(value: str) -> str:
    """The first four characters of something secret, and how long it is."""
    return f"{value[:4]}... ({len(value)} characters)"
