"""What in a text would act, or lead astray, wherever the text is shown as a page or a table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from converters.check.security._page import Page, short
from converters.findings import ACTIVE_MARKUP, FORMULA, ODD_LINK, Finding
from converters.model import AgentSpec

_TAG = re.compile(
    r"<(script|iframe|object|embed|form|meta|base|link|style|[a-z][a-z0-9-]{0,20})(?=[\s/>])([^<>]{0,1000})(>?)",
    re.IGNORECASE,
)
_HANDLER = re.compile(r"(?:^|[\s\"'/])on[a-z]{3,20}\s*=(?!\s*\{)", re.IGNORECASE)
"""An attribute that runs a script; with braces behind it, it is a component's, which is code."""
_SCRIPT_URL = re.compile(r"=\s*[\"']?\s*(?:javascript|vbscript|data\s*:\s*text/html)\s*[:;,]", re.IGNORECASE)
_OVERLAY = re.compile(
    r"style\s*=\s*[\"'][^\"']{0,400}(?:position\s*:\s*(?:fixed|absolute)|display\s*:\s*none|visibility\s*:\s*hidden"
    r"|font-size\s*:\s*0|opacity\s*:\s*0(?![.\d])|url\s*\()",
    re.IGNORECASE,
)
_ATTRIBUTE = {
    "object": ("data=", "loads another page"),
    "embed": ("src=", "loads another page"),
    "form": ("action=", "sends what people type"),
    "meta": ("http-equiv", "leads to another page"),
    "base": ("href=", "turns all links elsewhere"),
    "link": ("stylesheet", "changes the page's looks"),
}
"""Elements, the attribute that makes them act, and what they do then."""
_BREAK_OUT = re.compile(r"(?:&quot;|&#34;|&#x22;)\s*/?\s*(?:on[a-z]{3,20}\s*=|>)", re.IGNORECASE)

_LINK = re.compile(r"\]\(\s*<?([^\s()<>\"']{1,400}(?:\([^\s()]{0,80}\))?[^\s()<>\"']{0,400})")
_CLICK = re.compile(r"^[ \t]*click[ \t]+\S{1,80}[ \t]+(?:href[ \t]+)?[\"']([^\"'\n]{1,400})", re.MULTILINE)
_SCHEMES = re.compile(
    r"(?:javascript|vbscript|file|smb|ms-[a-z]+|jar|view-source)\s*:|data\s*:\s*text/html", re.IGNORECASE
)
_FORMULA = re.compile(r"[=][^=\s>]|[@+-][A-Za-z]{2,20}\(|[@+-]\d{1,9}[+*/]|[\t\r][=+@-]")


def active(page: Page) -> Iterator[Finding]:
    """Elements and attributes that would act, outside code."""
    text = page.text
    for met in _TAG.finditer(text) if "<" in text else ():
        does = _does(met, text)
        if does and not page.is_code(met.start()) and not _in_link(text, met.start()):
            yield ACTIVE_MARKUP.at(page.span(met.start(), met.end()), found=short(met[0], 40), does=does)
    for met in _BREAK_OUT.finditer(text) if "&quot;" in text or "&#" in text else ():
        if not page.is_code(met.start()):
            does = "breaks out of an attribute"
            yield ACTIVE_MARKUP.at(page.span(*met.span()), found=short(met[0], 40), does=does)


def _does(met: re.Match[str], text: str) -> str | None:
    name, said, closed = met[1].lower(), met[2], met[3]
    if name == "script" and closed:
        return "runs a script"
    if name == "iframe" and "src" in said.lower():
        return "loads another page"
    if name == "style" and closed:
        return "changes the page's looks" if "{" in text[met.end() : met.end() + 200].partition("</")[0] else None
    if _HANDLER.search(said) or _SCRIPT_URL.search(said):
        return "runs a script"
    if name in _ATTRIBUTE:
        wanted, does = _ATTRIBUTE[name]
        return does if wanted in said.lower().replace(" ", "") else None
    if "style" in said and _OVERLAY.search(said):
        return "hides or covers something"
    return None


def _in_link(text: str, at: int) -> bool:
    """Whether a place is inside a link's address, where a page shows no elements."""
    line = text[max(0, at - 200) : at].rpartition("\n")[2]
    return line.rfind("](") > max(line.rfind(")"), line.rfind(" "))


def links(page: Page, depth: int) -> Iterator[Finding]:
    """Links that no page should follow, outside code; `depth` is how many folders down in its project the file lies."""
    text = page.text
    for met in _LINK.finditer(text) if "](" in text else ():
        where = _where(met[1], depth)
        if where and not page.is_code(met.start()):
            yield ODD_LINK.at(page.span(*met.span(1)), link=short(met[1], 50), where=where)
    for met in _CLICK.finditer(text) if "click" in text else ():
        where = _where(met[1], depth)
        if where:
            yield ODD_LINK.at(page.span(*met.span(1)), link=short(met[1], 50), where=where)


def _where(link: str, depth: int) -> str | None:
    if _SCHEMES.match(link):
        scheme = link.partition(":")[0].lower()
        return (
            "runs a script" if scheme.endswith("script") or scheme == "data" else f"opens what only `{scheme}:` reaches"
        )
    if link.startswith(("//", "\\\\")):
        return "leads to another host, by whatever protocol the page has"
    path = unquote(link.partition("#")[0].partition("?")[0]).replace("\\", "/")
    steps = path.split("/")
    if ".." not in steps:
        return None
    at = 0 if path.startswith("/") else depth
    for step in steps:
        at += -1 if step == ".." else 1 if step not in {"", "."} else 0
        if at < 0:
            return "leads out of its project"
    return None


def formulas(page: Page, spec: AgentSpec) -> Iterator[Finding]:
    """Names and descriptions that a spreadsheet would compute."""
    for field in ("name", "title", "description"):
        said = getattr(spec, field)
        if said and (met := _FORMULA.match(said)):
            at = page.text.find(said[:40])
            span = page.span(max(at, 0), max(at, 0) + (len(met[0]) if at >= 0 else 0))
            yield FORMULA.at(span, field=field, found=short(said, 40))
