"""What must hold of any bytes: one function a subject, which raises where a law breaks.

Each gives words for what it saw (the format, the findings' codes): an input that shows new ones is spoiled further.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from html.parser import HTMLParser
from itertools import chain
from pathlib import Path
from typing import NamedTuple, NoReturn
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET
from zlib import crc32

from trips import (
    READ_AND_WRITTEN,
    converted,
    crashes,
    fresh,
    is_refused,
    loaded,
    mended,
    path_of,
    through_disk,
    understood,
    written,
)

from converters import canonical, conversion, published
from converters.canonical import dump
from converters.check import fixing, is_library
from converters.check.baseline import BaselineFault, load_baseline
from converters.check.clients import CLIENTS
from converters.check.files import check_file
from converters.check.fingerprints import fingerprint
from converters.check.indexes import check_indexes
from converters.check.names import Folder
from converters.check.report import to_github, to_junit, to_sarif
from converters.check.suppression import Suppressions
from converters.conversion import CANONICAL, Options, Outcome
from converters.fields import tools_of
from converters.findings import ERROR, RULES, Finding, printable, show
from converters.fitting import with_defaults
from converters.formats import FORMATS
from converters.formats._kit import Container, Format
from converters.inputs import MANIFEST, Input
from converters.library import library_of, load_collections
from converters.model import AgentSpec
from converters.mojibake import mojibake
from converters.output import Output
from converters.publish import (
    Asset,
    Page,
    Site,
    badges,
    collection_pages,
    comparing,
    feeds,
    graph_view,
    llms,
    prepare,
    render,
    search_index,
    statistics,
    teams,
)
from converters.publish.publication import EACH
from converters.report import report
from converters.search import query
from converters.search.index import counts_of, document, index_of, prompts_of
from converters.text import decode
from converters.tools import gains

Seen = frozenset[str]
Harness = Callable[[bytes], Seen]

GROWTH, ROOM = 10, 30_000
"""Bytes of output for one of input, and those that are always granted."""


class Way(NamedTuple):
    """How an input is read: under which name, and as which format."""

    path: str
    format: str | None = None
    """`None` leaves it to detection."""
    explicit: bool = True


WAYS: tuple[Way, ...] = (
    *(Way(path_of(FORMATS[id_]), id_) for id_ in FORMATS if FORMATS[id_].reads),
    *(Way(f"crew/tide{suffix}", explicit=False) for suffix in (".md", ".yaml", ".json", ".toml", ".mdc", ".yml")),
    *(Way(name) for name in ("tide.md", "tide.yaml", "tide.json", "tide.toml", ".roomodes", "AGENTS.md", "tide", "-")),
    Way(".claude/agents/tide.md", explicit=False),
    Way("skills/tide/SKILL.md", explicit=False),
    Way("tide.agent.md", explicit=False),
)
"""An input's first byte chooses one."""


def address_of(number: int) -> bytes:
    """The first byte of an input that is read so."""
    return bytes([number])


def _taken_apart(data: bytes) -> tuple[Way, bytes, int]:
    """How an input is read, what is read, and a number to choose by that any change of it changes."""
    return WAYS[(data[0] if data else 0) % len(WAYS)], data[1:], crc32(data)


def _read(way: Way, raw: bytes) -> Outcome:
    outcome = understood(raw, way.path, fmt=way.format, explicit=way.explicit)
    if crashes(outcome):
        _raise_again(way, raw, crashes(outcome))
    return outcome


def _raise_again(way: Way, raw: bytes, said: list[str]) -> NoReturn:
    """The failure itself, with its traceback, which a run turns into a finding."""
    place = Path("c", way.path)
    source = Input(place, way.path, way.path, "c", explicit=way.explicit)
    conversion._understand(source, Options(source=way.format), None, raw)
    raise AssertionError(f"it crashes, and only once: {said}")


def _seen(fmt: str | None, found: Iterable[Finding], *more: object) -> Seen:
    codes = {f.rule.code for f in found}
    return frozenset(
        {f"{fmt}:{code}" for code in codes} | {f"{fmt}:{word}" for word in more} | {"+".join(sorted(codes))}
    )


# --- findings --------------------------------------------------------------------------------------


def hold_findings(found: Iterable[Finding], text: str | None) -> None:
    """Each can be printed, and stands inside the text it is about."""
    for finding in found:
        span = finding.span
        assert 0 <= span.start <= span.stop, f"{finding.rule.code}: {span}"
        if span.stop and text is not None:
            assert span.stop <= len(text) + 1, f"{finding.rule.code}: {span} of {len(text)}"
        for said in (finding.message, finding.advice, finding.proposal or ""):
            assert said == printable(said), f"{finding.rule.code}: {said!r}"
        assert finding.message, finding.rule.code
    for finding in [*found][:20]:
        for line in show(finding, text).split("\n"):
            assert line == printable(line), f"{finding.rule.code}: {line!r}"


# --- reading and writing ---------------------------------------------------------------------------


def reader(data: bytes) -> Seen:
    """Read, kept, and written back and elsewhere."""
    way, raw, choice = _taken_apart(data)
    return hold_reading(way, raw, choice)


def reading(data: bytes) -> Seen:
    """Read, and nothing else: several times as many inputs in the same time."""
    way, raw, choice = _taken_apart(data)
    outcome = _hold_outcome(way, raw, choice)
    return _seen(way.format or f"?{outcome.format}", outcome.findings, outcome.status, len(outcome.specs) > 1)


def _hold_outcome(way: Way, raw: bytes, choice: int) -> Outcome:
    """What must hold of whatever was read."""
    outcome = _read(way, raw)
    assert bool(outcome.specs) == (outcome.status == "read")
    assert outcome.findings or outcome.status == "read", "what is not read has a reason"
    if outcome.status == "refused":
        assert any(f.rule.severity >= ERROR for f in outcome.findings), "what is refused has an error"
    assert all(f.span.stop == 0 or outcome.text is not None for f in outcome.findings), "a place in no text"
    if choice % 4 == 0 or outcome.status != "read":
        hold_findings(outcome.findings, outcome.text)
    return outcome


def hold_reading(way: Way, raw: bytes, choice: int = 0) -> Seen:
    """The laws of one file; the costly ones in turn, which and to which formats `choice` says."""
    outcome = _hold_outcome(way, raw, choice)
    if outcome.status != "read":
        return _seen(way.format or f"?{outcome.format}", outcome.findings, outcome.status)
    _hold_canonical(outcome, raw, choice)
    if outcome.format != CANONICAL:
        _hold_return(outcome, raw, choice)
    for step, spec in enumerate(outcome.specs[: 3 if choice % 4 == 1 else 0]):
        _hold_conversion(spec, FORMATS[READ_AND_WRITTEN[(choice // 4 + step * 7) % len(READ_AND_WRITTEN)]], len(raw))
    kinds = {section.kind for spec in outcome.specs for section in spec.sections}
    more = (outcome.dialect, len(outcome.specs) > 1, mended(outcome), *kinds)
    return _seen(outcome.format, outcome.findings, "read", *more)


def _hold_canonical(outcome: Outcome, raw: bytes, choice: int) -> None:
    """The canonical file is no flood, is read as the same agent, and is the same again."""
    for spec in outcome.specs:
        said = dump(spec)
        assert len(said) <= GROWTH * len(raw) + ROOM, f"{len(raw)} bytes become {len(said)} canonical ones"
        if choice % 4 != 2:
            continue
        again = loaded(spec)
        assert dump(again) == said, "canonical(canonical(x)) = canonical(x)"
        back = _read(Way(f"{spec.id or 'x'}.yaml"), said.encode())
        if back.status != "read":  # more than can be taken in, as any file
            assert {f.rule.code for f in back.findings} & _TOO_MUCH, [f.message for f in back.findings]
        elif back.specs[0].source and spec.source and spec.id:
            assert dump(back.specs[0]) == said, "a spec is read as it was written"


_TOO_MUCH = {"S008", "S110", "X125", "X126"}


def _hold_return(outcome: Outcome, raw: bytes, choice: int) -> None:
    """What was read is written back, byte for byte; what was mended needs no mending again."""
    fmt = FORMATS[str(outcome.format)]
    assert written(outcome.specs, fmt, outcome.shared, as_read=True) == raw, "what was read is not written back"
    specs, shared = outcome.specs, outcome.shared
    if choice % 4 == 3:
        specs, shared = through_disk(outcome)
        assert specs == outcome.specs, "a spec changes on the disk"
        assert written(specs, fmt, shared, as_read=True) == raw, "what was read is not written back from the disk"
    if not mended(outcome):
        assert written(specs, fmt, shared) == raw, "what was not mended is not written back"
        return
    second = written(outcome.specs, fmt, outcome.shared)
    third = _read(Way(path_of(fmt), fmt.id), second)
    if third.status != "read":
        assert {f.rule.code for f in third.findings} & _TOO_MUCH, [f.message for f in third.findings]
        return
    assert not mended(third), "what was mended is mended again"
    assert written(third.specs, fmt, third.shared) == second, "what was mended is not written back"


def _hold_conversion(spec: AgentSpec, target: Format, size: int) -> bool:
    """What is written is no flood, is read, stays as it is, and touches no more than is said; whether all was asked."""
    hold_findings(report(spec, target).findings("x"), None)
    bare = fresh(spec)
    told, ready = report(bare, target), with_defaults(bare, target)
    made = written([ready], target)
    assert len(made) <= GROWTH * size + ROOM, f"{size} bytes become {len(made)} as {target.id}"
    if not target.reads or is_refused(spec, target) or not _can_return(ready, made, target):
        return False
    if target.prompt_file:
        return False
    back = _read(Way(path_of(target), target.id), made)
    if back.status != "read" and {f.rule.code for f in back.findings} & _TOO_MUCH:
        return False
    assert back.status == "read", f"{target.id}: what we write is refused: {[f.message for f in back.findings]}"
    assert not mended(back), f"{target.id}: what we write is mended: {[f.rule.code for f in back.findings]}"
    assert written(back.specs, target, back.shared) == made, f"{target.id}: what we write is written back otherwise"
    hidden = set(gains(tools_of(bare), tools_of(back.specs[0]))) - set(told.gains)
    assert not hidden, f"{target.id}: it may {hidden}, and nobody is told"
    return True


def _can_return(spec: AgentSpec, made: bytes, target: Format) -> bool:
    """Whether there is something to read, and nothing in it that only the spelling of the file can tell."""
    prompt = spec.prompt
    if "\r" in prompt or prompt.startswith("\ufeff") or "\0" in prompt:
        return False
    if target.container is Container.MARKDOWN and not prompt.replace("-", "").strip():
        return False
    return not mojibake(made.decode("utf-8", "replace"))


# --- checking --------------------------------------------------------------------------------------


def checker(data: bytes) -> Seen:
    """Clients' verdicts, what could harm, comments that silence, and the languages of other programs."""
    way, raw, choice = _taken_apart(data)
    clients = [*CLIENTS]
    asked = {clients[(choice + number) % len(clients)]: "refuse" for number in (0, 3)} if clients else {}
    source = Input(Path("c", way.path), way.path, way.path, "c", explicit=way.explicit)
    one = check_file(source, None, raw, source_format=way.format, asked=asked, folder=Folder())
    if any(f.rule.code == "P105" for f in one.findings):
        _read(way, raw)
        _ask_again(source, way, raw, asked)
    hold_findings(one.findings, one.text)
    kept = [*Suppressions({}, Path()).apply([one])]
    for checked in kept:
        hold_findings(checked.findings, checked.text)
        for finding in checked.findings:
            assert len(fingerprint(finding, checked.text)) == 16
            assert "\n" not in to_github(finding, checked.text).rstrip("\n")
    json.loads(to_sarif(kept, "0"))
    ET.fromstring(to_junit(kept, ERROR))
    return _seen(way.format or "?", [f for checked in kept for f in checked.findings], *asked)


def _ask_again(source: Input, way: Way, raw: bytes, asked: Mapping[str, str]) -> NoReturn:
    """The failure in asking the clients, which a run turns into a finding."""
    from converters.check.clients import at_home, elsewhere
    from converters.check.conversions import costs

    outcome, decoded = _read(way, raw), decode(raw, source.shown)
    at_home(outcome, decoded)
    [*elsewhere(outcome, decoded, tuple(asked)), *costs(outcome, asked)]
    raise AssertionError("it crashes, and only once")


def mender(data: bytes) -> Seen:
    """Mended twice is mended once, and safe mends keep the meaning."""
    way, raw, choice = _taken_apart(data)
    source, unsafe = Input(Path("c", way.path), way.path, way.path, "c", explicit=way.explicit), bool(choice & 1)
    once = fixing.mended(source, None, raw, codes=RULES, unsafe=unsafe, source_format=way.format)
    twice = fixing.mended(source, None, once.data, codes=RULES, unsafe=unsafe, source_format=way.format)
    assert twice.data == once.data, f"mended again: {[mend.rule.code for mend in twice.done]}"
    assert len(once.data) <= GROWTH * len(raw) + ROOM
    if not once.done:
        assert once.data == raw, "changed, and nothing is said to be mended"
    else:
        after = _read(Way(way.path, way.format, way.explicit), once.data)
        assert after.status == "read", "what is mended is refused"
    codes = {mend.rule.code for mend in once.done}
    return frozenset({f"{way.format}:{code}" for code in codes} | {"+".join(sorted(codes))})


# --- the files of the tool's own users ---------------------------------------------------------------


def settings(data: bytes) -> Seen:
    """A project's description, a baseline, a manifest, a record, a README: read, or found to be wrong."""
    number, raw = (data[0] if data else 0) % 6, data[1:]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        return (_collections, _baseline, _manifest, _record, _readme, _plugin)[number](folder, raw)


def _collections(folder: Path, raw: bytes) -> Seen:
    path = folder / "specs" / "collections.yaml"
    path.parent.mkdir()
    path.write_bytes(raw)
    known, found = load_collections(path)
    hold_findings(found, raw.decode("utf-8-sig", "replace"))
    kept = [*Suppressions(known, folder, whole=[folder]).apply([])]
    for one in kept:
        hold_findings(one.findings, one.text)
    for home in known.values():
        home.id_of("crew/tide.md", suffixes=(".md",))
    return _seen("collections", found, len(known) > 1, bool(kept))


def _baseline(folder: Path, raw: bytes) -> Seen:
    path = folder / "baseline.json"
    path.write_bytes(raw)
    try:
        known = load_baseline(path)
    except BaselineFault as fault:
        assert str(fault)
        return frozenset({f"baseline:{str(fault)[:20]}"})
    known.gone({"S101", *RULES})
    return frozenset({f"baseline:{len(known.known) > 0}"})


def _manifest(folder: Path, raw: bytes) -> Seen:
    path = folder / MANIFEST
    path.write_bytes(raw)
    is_library(folder)
    output = Output(folder)
    output.prunable((), {"claude-code", CANONICAL}, {"c"})
    made = conversion.Artifact("crew/tide.md", b"tide", "claude-code", ("c/tide",))
    output.apply(output.plan([made]))
    assert Output(folder).owned["crew/tide.md"].holds(b"tide")
    return frozenset({f"manifest:{len(output.owned)}"})


def _record(folder: Path, raw: bytes) -> Seen:
    path = folder / "modes.yaml"
    path.write_bytes(raw)
    shared = canonical.load_shared(path)
    if shared is not None:
        assert canonical.load_shared(path) == shared
        canonical.dump_shared(shared)
    return frozenset({f"record:{shared is not None}"})


def _readme(folder: Path, raw: bytes) -> Seen:
    return _index(folder, "README.md", raw)


def _plugin(folder: Path, raw: bytes) -> Seen:
    return _index(folder, ".claude-plugin/plugin.json" if len(raw) % 2 else ".claude-plugin/marketplace.json", raw)


def _index(folder: Path, name: str, raw: bytes) -> Seen:
    (folder / ".git").mkdir()
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(raw)
    agents = {folder / "agents" / f"{stem}.md": f"{stem}.md" for stem in ("tide", "berth", "crane")}
    found = [finding for one in check_indexes(agents) for finding in one.findings]
    hold_findings(found, None)
    return _seen(name, found)


class _Catalogue(published.Published):
    """A site that answers whatever we give it."""

    def __init__(self, answer: bytes) -> None:
        super().__init__("https://harbour.example/agents/")
        self._answer = answer

    def _bytes(self, where: str, most: int) -> bytes:
        assert where.isascii()
        of_agent = "/api/agents/" in where and not self._answer.startswith(b"{")
        return b'{"shared": "api/shared/tide.yaml"}' if of_agent else self._answer[:most]


def catalogue(data: bytes) -> Seen:
    """A foreign site's index and documents: agents, or that it cannot be had."""
    site = _Catalogue(data)
    seen = set()
    try:
        for name in ("tide", "harbour/tide", ""):
            seen.add(f"keys:{min(3, len(site.keys(name)))}")
        for key in sorted(key for keys in (site._keys or {}).values() for key in keys)[:50]:
            site.address(key)
    except published.Unreachable as error:
        seen.add(f"keys:{str(error)[-20:]}")
    try:
        taken = site.taken("harbour/tide")
        spec, found = canonical.load(taken.document, "there")
        hold_findings(found, data.decode("utf-8-sig"))
        seen |= {f.rule.code for f in found} | {f"spec:{spec is not None}"}
        if spec is not None:
            seen |= _hold_foreign(spec)
    except published.Unreachable as error:
        seen.add(f"document:{str(error)[-20:]}")
    return frozenset(seen)


def _hold_foreign(spec: AgentSpec) -> set[str]:
    """A spec that nobody read from a file here: every format can be written of it."""
    said = dump(spec)
    assert dump(loaded(spec)) == said
    told = set()
    for id_ in (
        "claude-code",
        "copilot",
        "codex",
        READ_AND_WRITTEN[crc32(said.encode("utf-8", "replace")) % len(READ_AND_WRITTEN)],
    ):
        report(spec, FORMATS[id_])
        converted(spec, FORMATS[id_])
        told.add(f"to:{id_}")
    return told


# --- searching and showing ---------------------------------------------------------------------------


def _specs(data: bytes) -> tuple[AgentSpec, ...]:
    way, raw, _ = _taken_apart(data)
    return _read(way, raw).specs


def searcher(data: bytes) -> Seen:
    """The index of any agents, and any question to it."""
    agents = {f"c/{number}": spec for number, spec in enumerate((*_specs(data), *_tame()))}
    counts = counts_of(agents)
    index, prompts = index_of(agents, counts), prompts_of(agents, counts)
    for made in (index, prompts):
        said = json.loads(json.dumps(document(made.postings)))
        assert len(said["terms"].split(" ")) == len(said["postings"].split(" "))
    asked = data[-60:].decode("utf-8", "replace")
    seen = set()
    for literal in (False, True):
        hits = query.find(prompts if literal else index, asked, literal=literal)
        assert all(hit.key in agents for hit in hits)
        seen.add(f"{literal}:{len(hits)}:{len(query.asked(index, asked, literal=literal))}")
    return frozenset(seen)


@cache
def _tame() -> tuple[AgentSpec, ...]:
    header = b"---\nname: berth-clerk\ndescription: Use when berths are due.\ntools: Read\n---\n"
    return understood(header + b"# Role\n\nYou give out berths.\n", "berth.md", fmt="claude-code").specs


_ACTIVE = frozenset({"script", "iframe", "object", "embed", "base", "meta", "style", "link", "applet", "frame", "math"})
"""Elements that no agent's page has, whoever wrote its words."""


_OURS = re.compile(r"(?:\.\./)+assets/[\w-]+\.(?:js|css)")
"""Where the scripts and styles are that our own templates ask for."""


class _Audit(HTMLParser):
    """A reader of HTML that is not ours, which minds what could act."""

    def __init__(self, tags: frozenset[str] | None = None) -> None:
        super().__init__()
        self.tags = tags

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if (
            tag in {"script", "link"}
            and self.tags is None
            and _OURS.fullmatch(str(dict(attrs).get("src" if tag == "script" else "href")))
        ):
            return
        assert tag not in _ACTIVE, f"<{tag}>"
        assert self.tags is None or tag in self.tags, f"<{tag}>"
        for name, value in attrs:
            assert not name.startswith("on") and name not in {"srcdoc", "formaction"}, f"<{tag} {name}>"
            if name in {"href", "src", "action", "xlink:href"}:
                scheme = urlsplit((value or "").strip("\0 \t\r\n\x0b\x0c")).scheme.lower()
                assert scheme in {"", "http", "https", "mailto"}, f"<{tag} {name}={value!r}>"


_PROSE = frozenset(
    [
        "a",
        "blockquote",
        "br",
        "code",
        "del",
        "em",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "li",
        "ol",
        "p",
        "pre",
        "strong",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
        "span",
    ]
)


def renderer(data: bytes) -> Seen:
    """Markdown as HTML in which nothing acts."""
    text = data.decode("utf-8", "surrogateescape" if crc32(data) % 4 == 0 else "replace")
    made = render.markdown(text)
    assert len(made) <= (render.GROWTH + 10) * len(text) + ROOM
    audit = _Audit(_PROSE)
    audit.feed(made)
    _Audit(_PROSE).feed(render.inline(text))
    _Audit(_PROSE).feed(render.source(text))
    return frozenset({tag for tag in _PROSE if f"<{tag}" in made} | {f"{len(made).bit_length()}"})


_SHARED: tuple[Callable[[Site], Iterator[Page | Asset]], ...] = (
    collection_pages.pages, graph_view.assets, search_index.assets, comparing.assets, teams.assets, statistics.assets,
    badges.assets, feeds.assets, llms.assets,
)  # fmt: skip
"""What is made of a library as a whole, in little time."""


def page(data: bytes) -> Seen:
    """The pages and files of an agent, and those of a site with it: nothing acts, and JSON and XML are such."""
    specs = _specs(data)[:2]
    if not specs:
        return frozenset()
    site = Site(prepare(library_of((*specs, *_tame()))), url="https://harbour.example/")
    makers = [*_SHARED] if crc32(data) % 20 == 0 else []
    made = chain(
        (one for key in site.catalogue.agents for each in EACH for one in each(site, key)),
        (one for maker in makers for one in maker(site)),
    )
    seen = set()
    for one in made:
        if isinstance(one, Page):
            _Audit().feed(one.html)
            seen.add(f"page:{one.section}")
        else:
            content = one.content
            if one.path.endswith(".json"):
                json.loads(content)
            elif one.path.endswith((".xml", ".svg")):
                ET.fromstring(content)
            seen.add(one.path.rpartition(".")[2][:8])
        parts = one.path.split("/")
        assert not one.path.startswith("/") and ".." not in parts and "" not in parts, one.path
    return frozenset(seen)


HARNESSES: Mapping[str, Harness] = {
    "reading": reading,
    "reader": reader,
    "checker": checker,
    "mender": mender,
    "settings": settings,
    "catalogue": catalogue,
    "searcher": searcher,
    "renderer": renderer,
    "page": page,
}
"""By name."""
