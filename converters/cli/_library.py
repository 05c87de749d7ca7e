"""Finding agents: in the files somebody names, or in the library by name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

import click

from converters import canonical
from converters.check import is_library
from converters.cli._console import Console
from converters.cli._layout import count, plain
from converters.cli._run import format_ids, read_inputs
from converters.conversion import Options, Outcome
from converters.findings import ERROR, INFO, Finding, printable
from converters.identity import slug
from converters.library import Library, Read, library_of, load_collections, load_library
from converters.model import AgentSpec

SPECS = Path("specs")
"""Where a project keeps its library."""

_NAME = re.compile(r"^(?:name|title|  title):[ \t]*(.*)$", re.MULTILINE)


def library_from(
    paths: Sequence[str],
    console: Console,
    options: Options,
    files: dict[str, Path] | None = None,
    outcomes: dict[str, Outcome] | None = None,
    *,
    option: str = "",
) -> Library:
    """The agents of libraries and of raw inputs, read in memory; ends the run where there are none.

    `option` is the one that names them, where arguments do not. `files` takes the file that each was
    read from, by its key; of those read from elsewhere it takes none. `outcomes` takes what raw inputs
    were read as, by the keys of their agents.
    """
    if not paths and not SPECS.is_dir():
        way = f"name a library or a folder with {option}" if option else "name files, folders or a library"
        raise click.ClickException(f"There is no library here (no folder specs/): {way}.")
    if console.least > INFO:  # what was mended on the way is nothing to a reader of the whole
        console.least = ERROR
    shown = paths or (str(SPECS),)
    specs: list[AgentSpec] = []
    collections, _ = load_collections(SPECS / "collections.yaml")  # what is wrong there is told by who reads it
    raw: list[str] = []
    for path in shown:
        if not is_library(Path(path)):
            raw.append(path)
            continue
        library = load_library(Path(path), canonical.load_file)
        tell(library.findings, console)
        specs += library.agents
        collections.update(library.collections)
        if files is not None:
            files.update((key, Path(path, f"{key}.yaml")) for key in map(Library.key, library.agents))
    read = read_inputs(raw, options, console) if raw else []
    for outcome in read:
        if outcome.status != "skipped":
            console.find(outcome.findings, outcome.text)
        specs += outcome.specs
        if files is not None and outcome.shown != "-":
            files.update((Library.key(spec), Path(outcome.shown)) for spec in outcome.specs)
        if outcomes is not None:
            for spec in outcome.specs:
                outcomes.setdefault(Library.key(spec), outcome)  # as of two the library keeps the first
    made = library_of(specs, collections)
    console.find(made.findings)
    if not made.agents:
        console.say(f"no agents in {', '.join(shown)}")
        _tell_what_was_sought(raw, read, console)
        raise click.exceptions.Exit(2)
    return made


def _tell_what_was_sought(raw: Sequence[str], read: Sequence[Outcome], console: Console) -> None:
    """Say of folders without agents what would have been one; where a file was refused, that was told."""
    if any(outcome.status == "refused" for outcome in read):
        return
    console.say("  looked for specs, and for agent files of any format")
    if read:
        console.say(f"  {count(len(read), 'file')} passed over; `specs detect {' '.join(raw)}` says why")


in_format_option = click.option(
    "--in-format",
    "in_format",
    multiple=True,
    metavar="FORMAT",
    help="Only those written in this format: claude-code, agent-skill (skills) ...",
)


def written_in(library: Library, formats: Iterable[str]) -> Library:
    """Those of a library that are written in one of `formats`; ends the run where there are none."""
    wanted = format_ids(",".join(formats))
    if not wanted:
        return library
    agents = tuple(spec for spec in library.agents if spec.source and spec.source.format in wanted)
    if not agents:
        raise click.ClickException(f"No agent here is written in {' or '.join(wanted)}.")
    return replace(library, agents=agents)


def headcount(agents: Iterable[AgentSpec]) -> str:
    """How many there are, skills apart: `3 agents and 2 skills`."""
    counted = Counter(spec.source is not None and spec.source.format == "agent-skill" for spec in agents)
    told = [count(counted[False], "agent")] if counted[False] or not counted[True] else []
    return " and ".join([*told, *([count(counted[True], "skill")] if counted[True] else [])])


def tell(findings: Iterable[Finding], console: Console) -> None:
    """Show findings about files that were read before, each with its line."""
    texts: dict[str, str | None] = {}
    for finding in findings:
        path = finding.span.path
        if path not in texts:
            try:
                texts[path] = Path(path).read_text(encoding="utf-8-sig", errors="replace")
            except OSError:
                texts[path] = None
        console.find([finding], texts[path])


def _no_option(context: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        verb = context.info_name
        raise click.UsageError(f"{verb} takes folders as arguments: specs {verb} {printable(value)}")


inputs_as_arguments = click.option("--from", "--in", hidden=True, expose_value=False, callback=_no_option)
"""What names a library to other verbs: it tells how it is named to this one."""

in_option = click.option(
    "--in", "within", metavar="LIBRARY|INPUT", help="Where the agent of that NAME is; by default in specs/."
)


def agents_at(where: str, console: Console, options: Options, within: str | None = None) -> list[Outcome]:
    """What is at a path, or the one agent that goes by this name, in the library or `within` another place."""
    if within is not None:
        return [_by_name_in(within, where, console, options)]
    if where == "-" or Path(where).exists() or _looks_like_path(where):
        return read_inputs((where,), options, console)
    return [_by_name(where, console)]


def _looks_like_path(where: str) -> bool:
    """Whether a missing file is meant rather than an agent: `x.md`, `./x`, `../x`, `/x`."""
    return bool(re.match(r"[./\\~]", where) or re.search(r"\.(?:md|markdown|txt|ya?ml|json|toml|roomodes)\Z", where))


def variants_at(where: str, console: Console, options: Options) -> list[Outcome]:
    """What is at a path, or every agent of the library that goes by this name."""
    if where == "-" or Path(where).exists() or _looks_like_path(where):
        return read_inputs((where,), options, console)
    library, found = _called(where)
    one = library.get(followed(library, where, console).removesuffix(".yaml"))
    return [_told(library, spec) for spec in ((one,) if one else library.by_name(where) or found)]


def followed(library: Library, name: str, console: Console) -> str:
    """The key of the agent that had this id, or `collection/id`, before, which is told; any other name as it is."""
    found = library.meant(name)
    now = Library.key(found[0]) if len(found) == 1 else name
    if now == name or not has_moved(name, now, found[0].name, found[0].aliases):
        return name
    console.say(f"{printable(name)} is now {printable(now)}")
    return now


def has_moved(name: str, key: str, called: str, aliases: Iterable[str]) -> bool:
    """Whether a name is an id, or a `collection/id`, that the agent with that key had before, and has no more."""
    home, _, id_ = key.partition("/")
    has = {called, key, id_, id_.rpartition("/")[2]}
    return name not in has and any(name in {old, f"{home}/{old}"} for old in aliases)


def _by_name(name: str, console: Console) -> Outcome:
    library, found = _called(name)
    if len(found) > 1:
        raise click.ClickException(ambiguous(name, [Library.key(spec) for spec in found]))
    followed(library, name, console)
    return _told(library, found[0])


def _by_name_in(place: str, name: str, console: Console, options: Options) -> Outcome:
    least, files = console.least, dict[str, Path]()
    library = library_from((place,), console, options, files, option="--in")
    console.least = least
    found = chosen(library, name)
    if not found:
        raise click.ClickException(f"There is no agent {name!r} in {place}.{_near(library, name)}")
    if len(found) > 1:
        raise click.ClickException(ambiguous(name, [Library.key(spec) for spec in found]))
    (spec,) = found
    followed(library, name, console)
    key, source = Library.key(spec), spec.source
    shown = files[key].as_posix() if key in files else key
    read_as = source.format if source and not is_library(Path(place)) else "canonical"
    return Outcome(shown=shown, status="read", format=read_as, specs=found)


def _near(library: Library, name: str) -> str:
    """What was perhaps meant by a name nobody bears."""
    names = {slug(spec.name): spec.name for spec in library.agents}
    near = [names[word] for word in get_close_matches(slug(name), names, 3)]
    return f" Did you mean {' or '.join(map(printable, near))}?" if near else ""


def _called(name: str) -> tuple[Library, tuple[AgentSpec, ...]]:
    """Those of the library's agents that are meant by a name, at least one, and the part of it that was loaded."""
    if not SPECS.is_dir():
        raise click.ClickException(f"There is no file {name!r}, and no library (specs/) to look the name up in.")
    library = load_library(SPECS, _only(name))
    found = chosen(library, name)
    if not found:
        library = load_library(SPECS, canonical.load_file)
        found = chosen(library, name)
    if not found:
        hint = _near(library, name) or " `specs list` names them all."
        raise click.ClickException(f"There is no file and no agent {name!r}.{hint}")
    return library, found


def _told(library: Library, spec: AgentSpec) -> Outcome:
    findings = [f for f in library.findings if f.span.path.endswith(f"{Library.key(spec)}.yaml")]
    shown = (SPECS / f"{Library.key(spec)}.yaml").as_posix()
    return Outcome(shown=shown, status="read", format="canonical", specs=(spec,), findings=findings)


def ambiguous(name: str, keys: Sequence[str]) -> str:
    """What to say where a name is that of several agents."""
    return f"{count(len(keys), 'agent')} go by {name!r}; say which:\n" + "\n".join(f"  {plain(key)}" for key in keys)


def chosen(library: Library, name: str) -> tuple[AgentSpec, ...]:
    """The agents meant by `collection/id`, an id or a name, the strongest kind of name first."""
    return library.meant(name)


def _only(name: str) -> Read:
    """A loader that passes over files in which the name is that of nobody, so that one agent is found fast."""
    wanted = {slug(name), slug(name.rpartition("/")[2])}

    def read(path: Path) -> tuple[AgentSpec | None, list[Finding]]:
        if slug(path.stem) not in wanted:
            try:
                text = path.read_text(encoding="utf-8", errors="replace")
            except OSError:
                return None, []
            if not any(slug(said) in wanted for said in _NAME.findall(text)):
                return None, []
        return canonical.load_file(path)

    return read
