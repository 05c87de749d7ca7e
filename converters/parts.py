"""One agent's part of a file that holds several: found, put in, taken out; every other character stays.

What somebody else wrote around an agent is theirs: their comments, their indentation, their commas. Putting
a part in and taking it out again gives the bytes there were.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from converters.document import Document, Record
from converters.findings import ERROR
from converters.fitting import with_defaults
from converters.formats._kit import KEYED, Container, Format
from converters.model import AgentSpec, Section, SharedDocument, Source
from converters.nesting import dig
from converters.reading import parse, read
from converters.sections import split
from converters.spelling import NOTATIONS
from converters.syntax import Mapping, Node, Scalar, Sequence, SyntaxFault
from converters.syntax.yaml import in_brackets
from converters.text import Decoded, decode, encode
from converters.writing import write_shared

_LOOSE = " \t\r\n,"
"""What parts an agent from the next and belongs to neither."""


class Unfit(Exception):
    """Why a file cannot be added to or taken from, in words for its owner."""


@dataclass(frozen=True, slots=True)
class Part:
    """One agent's part of a file."""

    name: str
    """What the file calls the agent, as spelled there."""
    start: int
    stop: int
    text: str
    """Without what parts it from the next."""

    @property
    def sha256(self) -> str:
        """Of its text in UTF-8, in hexadecimal."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Holder:
    """A file that holds agents, or could."""

    fmt: Format
    source: Decoded
    parts: tuple[Part, ...]
    """In the order they stand."""
    held: Node | None = None
    """What holds the agents; `None` where that is the whole file, or nothing yet."""
    root: Mapping | None = None
    brackets: bool = False
    """Whether the agents stand inside brackets, parted by commas."""

    @property
    def text(self) -> str:
        """The decoded text, its line ends made one kind where they were."""
        return self.source.text

    def part(self, name: str) -> Part | None:
        """The part of the agent called so."""
        return next((part for part in self.parts if part.name == name), None)

    def sha256(self, name: str) -> str | None:
        """Of an agent's part, where there is one."""
        part = self.part(name)
        return None if part is None else part.sha256

    def spelled(self, text: str) -> bytes:
        """A new text of the file, encoded as it was."""
        try:
            return encode(text, encoding=self.source.encoding, bom=self.source.bom, newline=self.source.newline)
        except UnicodeEncodeError:  # what was put in has characters the old encoding lacks
            return encode(text, newline=self.source.newline)


def takes_parts(fmt: Format) -> bool:
    """Whether agents can be put into and taken out of a file of `fmt` one by one."""
    return fmt.section is not None or (isinstance(fmt.members, str) and not fmt.apart)


def holder_of(data: bytes, path: str, fmt: Format) -> Holder:
    """The agents of a file; raises `Unfit` where it cannot be taken apart so that it comes back whole."""
    source = decode(data, path)
    if source.refused:
        raise Unfit("it cannot be read as text")
    if encode(source.text, encoding=source.encoding, bom=source.bom, newline=source.newline) != data:
        raise Unfit("its encoding is damaged")
    if fmt.section:
        return Holder(fmt, source, tuple(_sections(source.text)))
    document = parse(source, fmt)
    if document.text != source.text:
        raise Unfit("it has characters that must be mended first")
    if document.root is not None and not document.refused:
        held = _held(document.root, fmt)
        if held is None:
            raise Unfit("it is one agent by itself")
        brackets = fmt.container is Container.JSON or held.style == "flow"
        return Holder(fmt, source, tuple(_records(document, fmt, brackets=brackets)), held, document.root, brackets)
    return _empty(source, document, fmt)


def _held(root: Mapping, fmt: Format) -> Node | None:
    """What holds the agents: a list or a mapping."""
    if fmt.members == KEYED:
        return root
    return next((value for key, value in root.pairs if key.text == fmt.members), None)


def _empty(source: Decoded, document: Document, fmt: Format) -> Holder:
    """A file without any agent, as far as it has room for one."""
    try:
        root = NOTATIONS[fmt.container].compose(source.text)
    except SyntaxFault as fault:
        raise Unfit(fault.problem) from None
    if root is not None and not isinstance(root, Mapping):
        raise Unfit("it is no mapping of keys to values")
    if root is None and fmt.container is Container.JSON:
        raise Unfit("it is empty")
    held = _held(root, fmt) if root is not None else None
    if held is not None and not _is_empty(held):
        faults = [found.message for found in document.findings if found.rule.severity >= ERROR]
        raise Unfit(faults[0] if faults else "it is broken")
    brackets = fmt.container is Container.JSON or (root is not None and root.style == "flow")
    return Holder(fmt, source, (), held, root, brackets)


def _is_empty(node: Node) -> bool:
    if isinstance(node, Scalar):
        return node.style == "plain" and node.text in {"", "~", "null"}
    return not (node.items if isinstance(node, Sequence) else node.pairs)


def _records(document: Document, fmt: Format, *, brackets: bool) -> Iterator[Part]:
    for record in document.records:
        stop = record.stop if brackets else _end(document.text, record)
        yield Part(_name(record, fmt), record.start, stop, document.text[record.start : stop].strip(_LOOSE))


def _end(text: str, record: Record) -> int:
    """Where the last line of a record in a block ends; comments and blank lines behind it are nobody's."""
    if not record.entries:
        return record.stop
    stop = _last_of(record.entries[-1].value).stop
    if record.flow:
        stop = text.find("}", stop) + 1
    line = text.rfind("\n", 0, stop) + 1
    if not text[line:stop].strip():  # a block of text stops where what follows it begins
        return line
    return text.find("\n", stop) + 1 or len(text)


def _last_of(node: Node) -> Node:
    """The last of what stands inside a node; where a block of several ends, only that says."""
    while node.style == "block" and not isinstance(node, Scalar):
        inner = node.pairs[-1][1] if isinstance(node, Mapping) else node.items[-1]
        if isinstance(inner, Scalar) and not inner.text and isinstance(node, Mapping):
            return node.pairs[-1][0]
        node = inner
    return node


def _name(record: Record, fmt: Format) -> str:
    """What a record's agent is called in its file."""
    row = fmt.by_field["name"]
    if row.key == KEYED:
        return record.key.text if record.key else ""
    entries = [entry for entry in record.entries or () if entry.key == row.top]
    node = dig(entries[-1].value, row.path) if entries else None
    return node.text if isinstance(node, Scalar) else ""


_CALLED = re.compile(r"\s*`([^`\n]+)`")
"""How a section of prose says whose it is, below its heading."""


def _sections(text: str) -> Iterator[Part]:
    """The sections of a Markdown file that are agents: each from its heading to the next as high."""
    at, name, start = 0, None, 0
    for section in split(text):
        heading = section.heading or ""
        opens = heading.startswith(("# ", "## ")) or (section.level in {1, 2} and "\n" in heading.strip())
        if opens:
            if name is not None:
                yield Part(name, start, at, text[start:at].strip(_LOOSE))
            called = _CALLED.match(section.text) if heading.startswith("## ") else None
            name, start = (called[1] if called else None), at
        at += len(heading) + len(section.text)
    if name is not None:
        yield Part(name, start, at, text[start:at].strip(_LOOSE))


# --- putting in -----------------------------------------------------------------------------------------


def put(into: Holder, part: Part, made: Holder) -> bytes:
    """The file with an agent of another one put in, in the place of one that has its name, else at the end.

    Raises `Unfit` where the result would not say what it should.
    """
    old = into.part(part.name)
    if into.fmt.section:
        text = _put_section(into, part, old)
    elif into.brackets:
        text = _put_in_brackets(into, _piece(part, made, brackets=True).strip("\n").rstrip(_LOOSE), old)
    else:
        text = _put_in_block(into, part, made, old)
    data = into.spelled(text)
    _compare(into, holder_of(data, into.source.path, into.fmt), part.name, came=True)
    return data


def _compare(before: Holder, after: Holder, name: str, *, came: bool) -> None:
    """Make sure that only one agent came or went."""
    was = [(part.name, part.text.replace(",", "")) for part in before.parts if part.name != name]
    now = [(part.name, part.text.replace(",", "")) for part in after.parts if part.name != name]
    if was != now or (after.part(name) is not None) is not came:
        raise Unfit("its other contents would not stay as they are")


def _put_section(into: Holder, part: Part, old: Part | None) -> str:
    text = into.text
    if old is not None:
        behind = text[old.start : old.stop]
        return text[: old.start] + part.text + behind[len(behind.rstrip()) :] + text[old.stop :]
    return f"{text}\n{part.text}\n" if text.endswith("\n") else f"{text}\n\n{part.text}"


def _piece(part: Part, made: Holder, *, brackets: bool) -> str:
    """One agent's part as a file of another style is to have it."""
    if made.brackets == brackets:
        return made.text[part.start : part.stop]
    reading = read(parse(made.source, made.fmt), made.fmt)
    names = [other.name for other in made.parts]
    if len(reading.specs) != len(names):
        raise Unfit("the agent cannot be spelled as it wants it")
    return _written(reading.specs[names.index(part.name)], made.fmt, brackets=brackets)


def _written(spec: AgentSpec, fmt: Format, *, brackets: bool) -> str:
    bare = SharedDocument(source=Source(), open="{" if brackets else "")
    text = write_shared([replace(spec, source=None)], fmt, bare).decode("utf-8", "surrogatepass")
    return text.removeprefix(bare.open)


def _put_in_brackets(into: Holder, piece: str, old: Part | None) -> str:
    text = into.text
    beside = old or (into.parts[-1] if into.parts else None)
    if beside is not None:
        piece, end = _shifted(piece, _pad(text, beside.start)), _core(text, beside)
        if old is not None:
            return text[: text.index(old.text, old.start)] + piece.lstrip() + text[end:]
        behind = text[end : beside.stop]
        if not behind.strip(_LOOSE):
            return f"{text[:end]},\n{piece}{text[end:]}"
        comma = "" if behind.lstrip().startswith(",") else ","  # a comment stays with the agent it stands behind
        return text[:end] + comma + behind + piece + ("" if comma else ",") + "\n" + text[beside.stop :]
    opens, closes = ("{", "}") if KEYED in into.fmt.by_key else ("[", "]")
    if into.held is not None:
        return f"{text[: into.held.start]}{opens}\n{piece}\n  {closes}{text[into.held.stop :]}"
    root = into.root
    assert root is not None
    end = root.pairs[-1][1].stop if root.pairs else text.index("{", root.start) + 1
    comma = "," if root.pairs else ""
    key = in_brackets(str(into.fmt.members))
    return f"{text[:end]}{comma}\n  {key}: {opens}\n{piece}\n  {closes}{text[end:]}"


def _core(text: str, part: Part) -> int:
    """Where the closing bracket of an agent in brackets ends."""
    return part.start + text[part.start : part.stop].rindex("}") + 1


def _put_in_block(into: Holder, part: Part, made: Holder, old: Part | None) -> str:
    text, piece = into.text, _piece(part, made, brackets=False).rstrip() + "\n"
    beside = old or (into.parts[-1] if into.parts else None)
    if beside is not None:
        piece = _shifted(piece, _indentation(text, beside.start))
        if old is not None:
            behind = text[old.start : old.stop]
            return text[: old.start] + piece.rstrip() + behind[len(behind.rstrip()) :] + text[old.stop :]
        return _inserted(text, beside.stop, piece)
    if into.held is not None and into.fmt.members != KEYED:
        key = next(name for name, value in (into.root.pairs if into.root else ()) if value is into.held)
        colon = text.index(":", key.stop) + 1
        stop = colon if isinstance(into.held, Scalar) and not into.held.text else into.held.stop
        line = text.find("\n", stop)
        if line < 0:
            return f"{text[:colon]}{text[stop:]}\n{piece.rstrip()}"
        return f"{text[:colon]}{text[stop:line]}\n{piece}{text[line + 1 :]}"
    if into.fmt.members == KEYED:
        return _inserted(text, len(text), _shifted(piece, ""))
    opened = into.fmt.around[0] if into.root is None else f"{into.fmt.members}:\n"
    return _inserted(text, len(text), opened + piece)


def _inserted(text: str, at: int, piece: str) -> str:
    """`text` with whole lines put in; a text that does not end its last line does not end it then."""
    if at == len(text) and text and not text.endswith("\n"):
        return f"{text}\n{piece.rstrip()}"
    return text[:at] + piece + text[at:]


def _pad(text: str, at: int) -> str:
    """How far in the line stands on which something begins in brackets."""
    line = text.rfind("\n", 0, at) + 1
    return _indentation(text, line) if not text[line:at].strip() else ""


def _indentation(text: str, at: int) -> str:
    """The blanks a line begins with."""
    line = text[at:].partition("\n")[0]
    return line[: len(line) - len(line.lstrip(" \t"))]


def _shifted(piece: str, pad: str) -> str:
    """Lines as far in as `pad` says, by their first one."""
    was = _indentation(piece, 0)
    if was == pad:
        return piece
    return "\n".join(pad + line.removeprefix(was) if line.strip() else line for line in piece.split("\n"))


# --- taking out -----------------------------------------------------------------------------------------


def take(out_of: Holder, name: str, *, key: bool = False) -> bytes:
    """The file without one of its agents; with `key`, also without the key of a mapping that holds no other.

    Raises `Unfit` where the rest would not stay as it is.
    """
    part = out_of.part(name)
    if part is None:
        raise Unfit(f"it has no agent {name!r}")
    if out_of.fmt.section:
        text = _without_section(out_of.text, part)
    elif out_of.brackets:
        text = _without_brackets(out_of, part, key=key)
    else:
        text = _without_block(out_of, part, key=key)
    data = out_of.spelled(text)
    after = holder_of(data, out_of.source.path, out_of.fmt) if text.strip() else None
    if after is not None:
        _compare(out_of, after, name, came=False)
    return data


def is_bare(data: bytes, path: str, fmt: Format) -> bool:
    """Whether a file holds no more than a new one does before its first agent."""
    spec = AgentSpec(id="a", name="a", description="a", sections=(Section(text="a\n"),))
    fresh = holder_of(write_shared([with_defaults(spec, fmt)], fmt), path, fmt)
    return take(fresh, fresh.parts[0].name) == data


def _without_section(text: str, part: Part) -> str:
    before, behind = text[: part.start], text[part.stop :]
    if behind or not before:
        return before + behind
    return before.removesuffix("\n" if text.endswith("\n") else "\n\n")


def _without_brackets(out_of: Holder, part: Part, *, key: bool) -> str:
    text, end = out_of.text, _core(out_of.text, part)
    number = out_of.parts.index(part)
    if number + 1 < len(out_of.parts):
        return text[: part.start] + text[part.stop :]
    if number:
        behind = _core(text, out_of.parts[number - 1])
        between = text[behind : part.start]
        if not between.strip(_LOOSE):
            return text[:behind] + text[end:]
        kept = between if text[end : part.stop].lstrip().startswith(",") else between.replace(",", "", 1)
        return text[:behind] + kept + text[part.stop :]
    held, root = out_of.held, out_of.root
    assert held is not None
    assert root is not None
    if not key or held is root:
        return text[: held.start + 1] + text[held.stop - 1 :]
    at = next(number for number, (_, value) in enumerate(root.pairs) if value is held)
    start = root.pairs[at - 1][1].stop if at else text.index("{", root.start) + 1
    stop = held.stop
    if not at and text[stop:].lstrip().startswith(","):
        stop = text.index(",", stop) + 1
    return text[:start] + text[stop:]


def _without_block(out_of: Holder, part: Part, *, key: bool) -> str:
    text = out_of.text
    before, behind = text[: part.start], text[part.stop :]
    if not behind and not text.endswith("\n"):
        before = before.removesuffix("\n")
    if len(out_of.parts) > 1 or out_of.fmt.members == KEYED:
        return before + behind
    pairs = out_of.root.pairs if out_of.root else ()
    name, held = next((name, value) for name, value in pairs if value is out_of.held)
    line = before.rfind("\n", 0, name.start) + 1
    if key:
        gone = before[:line]
        return (gone if behind or text.endswith("\n") else gone.removesuffix("\n")) + behind
    colon = text.index(":", name.stop) + 1
    empty = " {}" if isinstance(held, Mapping) else " []"
    return before[:colon] + empty + before[colon:] + behind
