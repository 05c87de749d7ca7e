"""What was found, where, how badly, and what would mend it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from textwrap import wrap
from types import MappingProxyType
from typing import Any

from converters.secrecy import veiled


class Severity(IntEnum):
    """Ordered from informative to fatal; `LOSS` is its own kind, never a mere warning."""

    INFO = 10
    WARNING = 20
    LOSS = 30
    ERROR = 40

    @property
    def word(self) -> str:
        """The lower-case name people read."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of characters in one file's decoded, unmended text, from 0."""

    path: str
    start: int = 0
    stop: int = 0


@dataclass(frozen=True, slots=True)
class Fix:
    """Replace the characters of `span` with `text`; `safe` means it keeps the meaning."""

    span: Span
    text: str
    safe: bool = True


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule's case at one place."""

    rule: Rule
    span: Span
    facts: Mapping[str, object]
    fix: Fix | None = None

    @property
    def message(self) -> str:
        """The rule's wording, filled with the facts, control characters escaped, secrets covered."""
        return veiled(printable(self.rule.wording.format(**self.facts)))

    @property
    def advice(self) -> str:
        """What its reader can do about it, control characters escaped, secrets covered."""
        return veiled(printable(self.rule.advice.format(**self.facts)))

    @property
    def proposal(self) -> str | None:
        """The text of its fix, for people: secrets covered; `None` where there is none, or it only deletes."""
        return veiled(printable(self.fix.text)) if self.fix and self.fix.text else None


FAMILIES: Mapping[str, str] = MappingProxyType(
    {
        "S": "Syntax",
        "V": "Values",
        "L": "Losses",
        "A": "Access",
        "G": "Graph",
        "X": "Security",
        "P": "Publishing",
    }
)
"""What the letter before a finding's number stands for."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A finding we know how to make: code, name, severity and wording, declared once."""

    code: str
    name: str
    severity: Severity
    wording: str
    advice: str = ""
    """What its reader can do about it, in one sentence."""

    def at(self, span: Span, /, *, fix: Fix | None = None, **facts: Any) -> Finding:
        """Find this rule's case at `span`; `facts` fill the wording."""
        return Finding(self, span, facts, fix)


def unfilled(wording: str) -> str:
    """A rule's wording or advice with its facts by their bare names: `{key}`."""
    return _FACT.sub(r"{\1}", wording)


_FACT = re.compile(r"\{(\w+)(?:![rs])?(?::\w+)?\}")


def place(text: str, offset: int) -> tuple[int, int]:
    """Line and column, both from 1, of a character offset."""
    row = text.count("\n", 0, offset) + 1
    return row, offset - text.rfind("\n", 0, offset)


def printable(text: str) -> str:
    """`text` with control, bidirectional and unpaired characters shown as escapes."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in _PLAIN else _escape(c) for c in text)


_PLAIN = frozenset("\u200d\ufe0f\u3000\xa0")


def _escape(char: str) -> str:
    point = ord(char)
    if char in "\n\r\t":
        return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}[char]
    if unicodedata.category(char) == "Zs":
        return char
    return f"\\x{point:02x}" if point < 0x100 else f"\\u{{{point:x}}}"


_WIDEST = 74
_TRIED = _WIDEST - 3
"""Characters of a proposal that a line holds."""


def show(finding: Finding, text: str | None) -> str:
    """Render for people: place, severity, message, the line, a caret, the way out.

    `text` is the file's decoded text; without it the line is not shown. What is secret in the line is covered.
    """
    span, rule = finding.span, finding.rule
    head = f"{rule.severity.word}[{rule.code} {rule.name}] {finding.message}"
    if text is None or not (span.start or span.stop):
        lines = [f"{printable(span.path)}:1:1: {head}"]
    else:
        row, column = place(text, span.start)
        begin = span.start - column + 1
        end = text.find("\n", begin)
        seen = veiled(text)
        if finding.facts.get("covered"):  # secret by what it stands under, whatever it looks like
            seen = seen[: span.start] + "*" * (span.stop - span.start) + seen[span.stop :]
        line = seen[begin : end if end >= 0 else len(text)].rstrip("\r")
        skip = max(0, column - 1 - _WIDEST // 2)
        shown = printable(line[skip : skip + _WIDEST].replace("\t", " "))
        before = printable(line[skip : column - 1].replace("\t", " "))
        shown = shown[: max(_WIDEST, len(before) + 1)]
        width = max(1, min(span.stop - span.start, len(shown) - len(before), _WIDEST // 2))
        lines = [
            f"{printable(span.path)}:{row}:{column}: {head}",
            f"  | {shown}",
            f"  | {' ' * len(before)}{'^' * width}",
        ]
    if proposal := finding.proposal:
        lines.append(f"  = try: {proposal if len(proposal) <= _TRIED else proposal[: _TRIED - 3] + '...'}")
    elif rule.advice:
        lines += wrap(
            finding.advice, _WIDEST + 6, initial_indent="  = ", subsequent_indent="    ",
            break_long_words=False, break_on_hyphens=False,
        )  # fmt: skip
    return "\n".join(lines)


def worst(findings: Iterable[Finding]) -> Severity | None:
    """The gravest severity among `findings`, or `None` when there are none."""
    return max((f.rule.severity for f in findings), default=None)


INFO, WARNING, LOSS, ERROR = Severity.INFO, Severity.WARNING, Severity.LOSS, Severity.ERROR

# A rule a line, so that the list reads as one.
# fmt: off

# Syntax: what stands in the way of reading the characters.
EMPTY_FILE = Rule("S001", "empty-file", ERROR, "the file is empty", "write an agent, or delete the file")
NUL = Rule("S002", "nul-character", ERROR, "control character U+0000; the file is probably {guess}", "save it as UTF-8")
BAD_BYTES = Rule("S003", "undecodable-bytes", ERROR, "byte {offset} begins {what}, which no encoding allows", "save the file as UTF-8")
NOT_UTF8 = Rule("S004", "not-utf8", WARNING, "byte {offset} is not UTF-8; read as {encoding}", "save the file as UTF-8")
BOM = Rule("S005", "byte-order-mark", INFO, "the file begins with a byte order mark, which hides `---` from Gemini CLI", "save it without one")
MIXED_NEWLINES = Rule("S006", "mixed-newlines", INFO, "line ends differ: {counts}", "let git or your editor make them one kind")
MOJIBAKE = Rule("S007", "mojibake", WARNING, "{was!r} is {now!r}, decoded with the wrong encoding ({encoding})", "replace it with what was meant")
TOO_LARGE = Rule("S008", "too-large", ERROR, "{what} has {size} {unit}; at most {limit} are read")
ODD_BREAK = Rule("S009", "odd-line-break", WARNING, "U+{point:04X} breaks lines in some readers and not in others", "use an ordinary line break")
UNREADABLE = Rule("S010", "unreadable", ERROR, "cannot read: {problem}")
NOT_YAML = Rule("S101", "not-yaml", ERROR, "{problem}")
QUOTED = Rule("S102", "quoted-scalar", WARNING, "{key!r}: strict YAML refuses this value; read as the text it is", "put the value in quotes")
MULTILINE = Rule("S103", "unquoted-lines", WARNING, "{key!r}: an unquoted value over several lines; read to the next known key", "use a block: `{key}: |`")
TABS = Rule("S104", "tab-indent", WARNING, "tabs indent this entry; read as two spaces each", "indent with spaces")
NO_CLOSE = Rule("S105", "unclosed-header", WARNING, "the header is never closed; read to its last known key", "add a line `---`")
LEADING_BLANK = Rule("S106", "late-header", WARNING, "blank lines before `---` hide the header from every client", "start the file with `---`")
INDENTED = Rule("S107", "indented-file", WARNING, "the whole file is indented by {width}; read without it", "remove the indentation")
ALIAS = Rule("S108", "yaml-alias", ERROR, "an anchor, alias or merge key, which are not followed here", "write the value out, or quote it")
TAG = Rule("S109", "yaml-tag", ERROR, "a YAML tag, which is not obeyed here", "quote the value")
TOO_DEEP = Rule("S110", "too-deep", ERROR, "nested deeper than {limit} levels")
NOT_MAPPING = Rule("S111", "not-a-mapping", ERROR, "the header is {what}, not `key: value` lines")
DUPLICATE_KEY = Rule("S112", "duplicate-key", WARNING, "{key!r} stands twice; the last one counts", "delete one of them")
BAD_KEY = Rule("S113", "bad-key", ERROR, "a key must be text, and this is {what}")
TRUNCATED = Rule("S114", "value-truncated", WARNING, "{key!r}: ` #` begins a comment, so clients see only {kept!r}", "quote the value")
FENCE_SPACE = Rule("S115", "fence-space", INFO, "white space after `---`, which Gemini CLI and Qwen Code do not accept", "remove it")
NEAR_FENCE = Rule("S116", "near-fence", WARNING, "{line!r} looks like a header fence and is none", "write exactly `---`")
SECOND_HEADER = Rule("S117", "second-header", WARNING, "a second header follows the first; it is read as prose", "merge the two")
OPEN_FENCE = Rule("S119", "open-code-fence", INFO, "a code fence is never closed; the rest of the file is code", "close it")
WRAPPED = Rule("S120", "fenced-file", WARNING, "the header is wrapped in a code fence, which hides it from every client; read as prose", "remove the fence")
CONTROL = Rule("S121", "control-character", WARNING, "control character U+{point:04X}", "delete it")
LOOSE_JSON = Rule("S123", "loose-json", INFO, "strict JSON readers refuse this: {problem}", "write plain JSON, without comments and trailing commas")
NO_AGENTS = Rule("S122", "no-agents", ERROR, "{problem}")
INDENTED_KEY = Rule("S124", "indented-key", WARNING, "{inner!r} is indented, so that it reads as part of {key!r}", "begin {inner!r} at the margin, or put all of {key!r} in quotes")
INDENTED_LIMIT = Rule("S125", "indented-limit", ERROR, "{problem}", "begin it at the margin")
OPEN_QUOTE = Rule("S126", "open-quote", WARNING, "{key!r}: the quote that opens this value is never closed", "close it with {quote}")

# Values: what a field says.
UNKNOWN_KEY = Rule("V101", "unknown-key", INFO, "{format} has no key {key!r}; kept as an extension")
MISSING_KEY = Rule("V102", "missing-key", WARNING, "{format} needs {key!r}", "add it")
BAD_VALUE = Rule("V103", "bad-value", ERROR, "{key!r}: {problem}")
ODD_VALUE = Rule("V104", "odd-value", WARNING, "{key!r}: {problem}; kept as written")
NO_NAME = Rule("V105", "no-name", WARNING, "no name; {name!r} is taken from the {origin}", "add `name: {name}`")
NAMED_AFTER = Rule("V114", "named-after", INFO, "{name!r} is taken from the {origin}: no key of the format names an agent")
SKIPPED = Rule("V106", "not-an-agent", INFO, "skipped: {why}")
UNKNOWN_FORMAT = Rule("V107", "unknown-format", INFO, "skipped: {why}")
NO_FORMAT = Rule("V118", "no-format", ERROR, "this file was named, and it is no agent that can be read: {why}", "say what it is with --from; `specs formats` lists the formats")
INVALID_SPEC = Rule("V108", "invalid-spec", ERROR, "{pointer}: {problem}")
NEWER_SPEC = Rule("V109", "newer-spec", ERROR, "spec version {version} is newer than this release understands ({ours})", "upgrade agent-specs")
STALE = Rule("V110", "stale-derived", WARNING, "{pointer} no longer follows from its source", "run `specs convert --refresh`")
UNKNOWN_TOOL = Rule("V111", "unknown-tool", INFO, "{format} has no tool {tool!r} of its own; kept as written")
EDITED_SPEC = Rule("V112", "edited-spec", WARNING, "this spec is generated from {path}; edit that file instead", "or set `origin: specs` for the collection")
NO_PROMPT_FILE = Rule("V116", "no-prompt-file", WARNING, "the prompt is said to be in {path!r}, which cannot be read from here; the words are kept as the prompt", "put the file below the folder that is read")
CARRIED = Rule("V117", "carried", INFO, "a comment at the prompt's end says {fields}", "delete the comment if that is not so")
SOURCE_GONE = Rule("V115", "source-gone", WARNING, "{path}, which this spec was made from, is no longer there", "run `specs convert --prune`")
STALE_SPEC = Rule("V113", "source-changed", WARNING, "{path} has changed since this spec was written", "run `specs convert`")

# Clients: what the program that reads a file does with it, whatever the file means.
CLIENT_REFUSES = Rule("V201", "client-refuses", ERROR, "{client} refuses it: {why}", "{way}")
CLIENT_IGNORES = Rule("V202", "client-ignores", ERROR, "{client} silently ignores it: {why}", "{way}")
CLIENT_LOSES = Rule("V203", "client-reads-otherwise", WARNING, "{client} {does}: {why}", "{way}")
CLIENT_REFUSES_ALL = Rule("V204", "client-refuses-all", ERROR, "{client} loads no agent at all: {why}", "{way}")
ELSEWHERE = Rule("V205", "elsewhere", INFO, "{client} {does}: {why}", "{way}")

# Losses: what a target cannot say.
DROPPED = Rule("L101", "dropped", LOSS, "{format} cannot say {field}; it is left out{why}")
REDUCED = Rule("L102", "reduced", LOSS, "{format} can say only part of {field}: {what}")
DEFAULTED = Rule("L103", "defaulted", INFO, "{format} needs {field}; it is filled from {origin}")
RENAMED = Rule("L104", "renamed", INFO, "{format} calls the agent {now!r}", "refer to it by that name there")
OVER_LIMIT = Rule("L105", "over-limit", ERROR, "{format} takes {range} {unit} of {field}, and this has {size}", "{advice}")
OVER_ADVICE = Rule("L106", "over-advice", WARNING, "{format} advises {range} {unit} of {field}, and this has {size}", "{advice}")
UNSAYABLE = Rule("L107", "unsayable", ERROR, "{format} needs {field}, and cannot say this one: {problem}", "change it in the source")
TRAP = Rule("L108", "template-trap", WARNING, "{found!r} in {field}: {format} {does}", "reword it in the source")
EMBEDDED = Rule("L109", "embedded", INFO, "{format} cannot say {fields}; a comment at the prompt's end does")
RESERVED = Rule("L110", "reserved-name", ERROR, "{format} keeps the name {called!r} for itself", "rename the agent")

# Access: what an agent may touch.
WIDER_ACCESS = Rule("A101", "wider-access", ERROR, "in {format} the agent may also {gains}", "{way}, or pass --access {target}={leave}")
WIDER_UPSTREAM = Rule("A102", "wider-upstream", ERROR, "upstream, {agent} {gains}{then}", "read what changed, then pass --access {agent}={leave}, or keep `revision` where it was")
WIDER_INSTALLED = Rule("A103", "wider-than-installed", ERROR, "in {format}, {agent} may also {gains}, and may not as it is installed{then}", "read what changed at its source, then pass --access {target}={leave}")
WIDER_ELSEWHERE = Rule("A104", "wider-elsewhere", WARNING, "{reader} loads the files of {others}, too, and keeps none of their limits on tools: there the agent may also {gains}", "keep these files out of projects that are opened in {reader}, or pass --access {target}={leave}")

# Graph: what agents say of each other.
MISSING_AGENT = Rule("G101", "missing-agent", WARNING, "no agent is called {agent!r}{hint}", "name one there is, or settle it in collections.yaml: `aliases`, `not_agents`")
AMBIGUOUS_AGENT = Rule("G102", "ambiguous-agent", INFO, "{agent!r} names {count} agents here, none nearer than the others", "use a name that one of them has alone")
SELF_REFERENCE = Rule("G103", "self-reference", WARNING, "the agent names itself")
DUPLICATE_REFERENCE = Rule("G104", "duplicate-reference", INFO, "{agent!r} and {other!r} both mean {target}", "use one name for it")
CROSSED_LINES = Rule("G105", "crossed-lines", INFO, "{agent!r} is both {down} and {up}", "say which of the two is in charge")
ONE_WAY = Rule("G106", "one-way-reference", INFO, "work is to come from {agent!r}, which does not name this agent", "let it hand the work on, or say who does")
DOUBTFUL_NAME = Rule("G107", "doubtful-name", INFO, "{agent!r} is no agent, and does not sound like one", "if it is none, add it to `not_agents` in collections.yaml")
DEAD_ALIAS = Rule("G108", "dead-alias", WARNING, "alias {alias!r} means {meant!r}, and no agent is called so", "correct the alias")
MISCALLED = Rule("G109", "not-its-name", WARNING, "others call {called} {agent!r}, and once installed it answers to its name alone", "let the prompts say that name, or give it {agent!r} for its `name`")

# Security: what could harm whoever runs, reads or shares the agent. Most rest on a look at the words, and none is a proof.
HIDDEN_TAGS = Rule("X101", "hidden-tags", ERROR, "{count} invisible tag characters spell {spelled!r}", "delete them: a model reads them and nobody sees them")
MARK_FLOOD = Rule("X102", "mark-flood", ERROR, "{count} combining marks in a row; at most {limit} are read", "delete them")
BIDI_CONTROL = Rule("X103", "bidi-control", WARNING, "{points}: the text is shown in another order than it stands in", "delete it, or close what it opens")
ZERO_WIDTH = Rule("X104", "zero-width", WARNING, "{points} parts words for a program and not for the eye", "delete it")
HIDDEN_BYTES = Rule("X105", "hidden-bytes", WARNING, "{count} variation selectors select nothing; they can carry hidden bytes{spelled}", "delete them")
INVISIBLE = Rule("X106", "invisible-character", WARNING, "{points}: nobody sees it", "delete it")
MIXED_SCRIPTS = Rule("X107", "mixed-scripts", WARNING, "{name!r} mixes {scripts}: {letters}", "spell the name in one script")
LOOKALIKE = Rule("X108", "look-alike-name", WARNING, "{name!r} looks like {other!r} and is spelled with other characters", "rename one of them")
ODD_NAME = Rule("X109", "odd-name", WARNING, "{name!r} {what}", "it is kept, and no path or command is made of it; letters, digits and `-` are safe everywhere")
SECRET = Rule("X110", "secret", ERROR, "{what}: {shown}", "revoke it, and name a variable in its place: whoever had this file has it")
LIKELY_SECRET = Rule("X111", "likely-secret", WARNING, "{what}: {shown}", "if it is one, revoke it and name a variable in its place")
EXAMPLE_SECRET = Rule("X112", "example-secret", INFO, "{what} as its maker's documentation prints it: {shown}", "nothing is open; scanners may ask all the same")
RISKY_COMMAND = Rule("X113", "risky-command", WARNING, "{who} {does}: {command}", "read the command before anyone uses this agent, and replace it")
RUNS_COMMAND = Rule("X114", "runs-command", INFO, "{who} runs {command}", "know what it does: the client runs it without asking the model")
UNPINNED = Rule("X115", "unpinned-package", INFO, "{who} runs the newest {package}", "state a version")
PLAIN_HTTP = Rule("X116", "plain-http", WARNING, "{who} is reached at {url}, in the clear", "use https")
EXPANDED = Rule("X117", "expanded-command", INFO, "{found} is run by some clients before the model reads a word", "leave it out, or know what it prints")
ENCODED = Rule("X118", "encoded-command", WARNING, "base64 decodes to {what}: {said!r}", "say it in the clear, or delete it")
UNASKED = Rule("X119", "never-asks", WARNING, "`{key}: {value}`: the agent acts, and nobody is asked", "let the client ask, or limit the tools")
INJECTION = Rule("X120", "injection-phrase", INFO, "{found!r} is how injected instructions speak", "a look at the words only: ignore it where the text means it well")
HIDDEN_WORDS = Rule("X121", "hidden-instruction", WARNING, "a comment speaks to the model, and pages do not show it: {found!r}", "say it openly, or delete it")
ACTIVE_MARKUP = Rule("X122", "active-markup", WARNING, "{found!r} {does} on a page that lets it", "our pages show it as text; put it in a code block, or delete it")
ODD_LINK = Rule("X123", "odd-link", WARNING, "{link!r} {where}", "our pages do not follow it; link to https, or to a file beside this one")
FORMULA = Rule("X124", "formula", INFO, "{field} begins as a formula does: {found!r}", "begin with a word: a spreadsheet would compute this")
TOO_MANY_TIES = Rule("X125", "too-many-references", ERROR, "the file names other agents {count} times; at most {limit} are read", "name whom it works with, not everybody")
TOO_MANY_SECTIONS = Rule("X126", "too-many-headings", ERROR, "the prompt has {count} headings; at most {limit} are read", "make agents of its chapters, or bold words of its headings")

# Publishing: what ends up on disk.
CLASH = Rule("P101", "name-clash", ERROR, "{count} agents {clash}: {owners}", "rename one, or set `id` in collections.yaml")
TWICE = Rule("P106", "loaded-twice", WARNING, "{reader} reads {own} and those of {other}, and would load these agents twice", "write for one of the two")
NOT_OURS = Rule("P102", "not-ours", ERROR, "{path} exists and was not written by this tool", "move it, or pass --force")
EDITED_OUTPUT = Rule("P103", "edited-output", ERROR, "{path} was edited since this tool wrote it", "move your edits to the source, or pass --force")
NO_LICENCE = Rule("P104", "no-licence", WARNING, "collection {collection!r} publishes whole prompts without a licence", "state `license` in collections.yaml")
SUMMARIES = Rule("P107", "summaries-only", INFO, "collection {collection!r} states no licence, so a site shows summaries of it and no prompts", "state `license` in collections.yaml, or `publish: full` where the prompts are yours to show")
IDLE = Rule("P108", "idle-suppression", INFO, "nothing here is {rule}, so that ignoring it does nothing", "delete it")
NOT_IGNORED = Rule("P109", "refused-suppression", WARNING, "{rule} cannot be ignored from within the file", "mend it, or list it under `check` of the collection in specs/collections.yaml")
NO_RULE = Rule("P110", "unknown-rule", WARNING, "no rule is called {word!r}{hint}", "`specs explain` lists them all")
UNLISTED = Rule("P111", "unlisted-agent", INFO, "the other agents of this folder are listed in {lists}, and this one is not", "add it there, or let `specs list --into FILE` keep the list in step")
DEAD_ENTRY = Rule("P112", "dead-entry", WARNING, "{entry!r} is listed here, and there is no such file", "correct the path, or delete the entry")
UNCLEAR_PUBLISH = Rule("P113", "unclear-publish", WARNING, "`publish` says {said!r}, which means nothing, so that no site shows this agent", "write `publish: false`, `summary` or `true`")
HOLDS_NOBODY = Rule("P114", "holds-nobody", ERROR, "`publish` holds back {pattern!r}, and {collection!r} has no such agent{hint}", "correct the path, which begins below `root`, or delete the entry")
SHOWS_NOBODY = Rule("P115", "shows-nobody", WARNING, "`publish` speaks of {pattern!r}, and {collection!r} has no such agent{hint}", "correct the path, which begins below `root`, or delete the entry")
NO_MARKERS = Rule("P121", "no-markers", ERROR, "nothing in {path} says where a list is to stand", "put `<!-- specs:list -->` and `<!-- /specs:list -->` there, each alone on its line")
BAD_MARKER = Rule("P122", "bad-marker", ERROR, "{problem}", "correct the marker; until then nothing in this file is written")
STALE_LIST = Rule("P123", "stale-list", ERROR, "not in step: {what}", "run the same without --check")
BAD_MANIFEST = Rule("P124", "bad-manifest", ERROR, "{problem}", "mend it first; its client cannot read it either")
UNPLACED = Rule("P125", "unplaced-agent", WARNING, "{count} plugins share the folder of {agent}, and none of them lists it", "list it in the one it belongs to")
REFUSED_ENTRY = Rule("P126", "refused-entry", ERROR, "Claude Code refuses the whole plugin: {problem}", "run `specs list --into` with this file, which lists the files as they are read")
UNLISTED_PLUGIN = Rule("P127", "unlisted-plugin", WARNING, "{folder} is a plugin with {agents}, and this marketplace does not list it", "to offer it, add an entry with its `name` and the `source` `./{folder}`")
HOMELESS = Rule("P131", "no-personal-place", ERROR, "{format} has no place for the agents of one person: {why}", "install into a project: --project DIR")
HOLDS_INSTALLED = Rule("P132", "holds-installed", ERROR, "{path} holds what `specs install` put there: {agents}", "`specs uninstall` takes it out; --force overwrites it")
UNFIT = Rule("P133", "cannot-join", ERROR, "{path} cannot be changed agent by agent: {problem}", "mend the file, or move it")
NAME_TAKEN = Rule("P134", "name-taken", ERROR, "{path} has an agent {name!r} that this tool did not put there", "rename one of the two, or pass --force")
NOT_GIVEN_OUT = Rule("P135", "not-given-out", WARNING, "{agent} cannot be had: {problem}", "the page of an agent tells where it comes from")
GIT_HIDES = Rule("P141", "hidden-from-git", WARNING, "{pattern!r} hides {paths} from git, and so from whoever builds the site", "delete the line, or add below it: {cure}")
UNFETCHED = Rule("P142", "not-fetched", ERROR, "{source} cannot be taken: {problem}")
LOCK_DIFFERS = Rule("P143", "lock-differs", ERROR, "collection {collection!r} is not as the lock file says: {problem}", "run `specs sync` without --locked, and commit specs/collections.lock")
BAD_LOCK = Rule("P144", "bad-lock", ERROR, "the lock file says nothing that can be relied on: {problem}", "take it from git, or delete it and run `specs sync`")
OTHER_LICENCE = Rule("P145", "other-licence", WARNING, "collection {collection!r} is said to be under {said}, and {path} reads as {found}", "correct `license` in collections.yaml, or delete it there")
NOTHING_LEFT = Rule("P146", "nothing-left", ERROR, "there is no agent in {source}, so nothing of {collection!r} is changed", "correct `root`, `include` or `format` in collections.yaml, or delete the collection there")
MOVED_INTO_VIEW = Rule("P147", "moved-into-view", ERROR, "{old!r} was held back by `publish`, and would be shown as {new!r}, where it is now{then}", "add `{line}` to `publish` in specs/collections.yaml; with `full` it is shown")
OTHER_NAMES = Rule("P148", "other-names", WARNING, "written with --map {then} the last time, and this run {now}{more}", "pass --map {then}; where this is meant, go on, and it is told no more")
CRASHED = Rule("P105", "crashed", ERROR, "internal error while handling this file: {problem}", "please report it with the file")

# fmt: on

RULES: Mapping[str, Rule] = MappingProxyType(
    {rule.code: rule for rule in list(globals().values()) if isinstance(rule, Rule)}
)
"""Every rule, by code."""


def meant(word: str) -> frozenset[str]:
    """The codes that a word means: a code, the beginning of several, or a rule's name."""
    word = word.strip().lower()
    return frozenset(
        code for code, rule in RULES.items() if word and (code.lower().startswith(word) or rule.name == word)
    )
