"""`specs build` and `specs serve`."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from converters.caches import user_cache
from converters.cli._console import Console, common, print_json
from converters.cli._layout import count
from converters.cli._run import read_inputs
from converters.conversion import Options
from converters.output import Output
from converters.planning import plan

_LOOK = 1.0
"""Seconds between two looks at the inputs."""


@click.command()
@click.argument("inputs", nargs=-1)
@click.option("-o", "--output", metavar="DIR", help="Where to; otherwise what mkdocs.yml says, or build/site.")
@click.option("--strict", is_flag=True, help="Fail on any warning of MkDocs.")
@click.option("--name", help="The site's name; otherwise the first input's.")
@click.option("--url", help="The address the site will have, for its sitemap and feeds.")
@common
def build(
    inputs: tuple[str, ...], output: str | None, strict: bool, name: str | None, url: str | None, as_json: bool,
    quiet: bool, verbose: bool, no_color: bool,
) -> None:  # fmt: skip
    """Build the site.

    Without INPUTS it is the project here, by its mkdocs.yml. With INPUTS it is a temporary
    project: nothing is written beside them.
    """
    console = Console(quiet=quiet, verbose=verbose, no_color=no_color)
    _speak(console)
    if inputs:
        out = Path(output or "build/site")
        with _project(inputs, out, name, url, console) as config:
            _build(config, strict, None, url)
    else:
        built = _build(_here(), strict, output, url)
        out = Path(output) if output else _seen(built)
    console.say(f"the site is in {out}")
    if as_json:
        print_json({"site": str(out)})
    console.leave()


@click.command()
@click.argument("inputs", nargs=-1)
@click.option(
    "-a", "--address", default="127.0.0.1:8000", show_default=True, metavar="HOST:PORT", help="Where to listen."
)
@click.option("--port", type=click.IntRange(1, 65535), metavar="PORT", help="Another port of that address.")
@click.option("--name", help="The site's name; otherwise the first input's.")
@click.option("--open", "open_", is_flag=True, help="Open a browser.")
@common
def serve(
    inputs: tuple[str, ...], address: str, port: int | None, name: str | None, open_: bool, as_json: bool, quiet: bool,
    verbose: bool, no_color: bool,
) -> None:  # fmt: skip
    """Serve the site and rebuild it on change.

    Without INPUTS it is the project here. With INPUTS - anyone's folder of agents - it is a
    temporary project: nothing is written beside them.
    """
    console = Console(quiet=quiet, verbose=verbose, no_color=no_color)
    _speak(console)
    if port:
        address = f"{address.rpartition(':')[0] or address}:{port}"
    if not inputs:
        _serve(_here(), address, open_)
        return
    with (
        tempfile.TemporaryDirectory(prefix="specs-") as out,
        _project(inputs, Path(out), name, None, console) as config,
        _kept_in_step(inputs, config.parent, console),
    ):
        _serve(config, address, open_)


def _speak(console: Console) -> None:
    """Let MkDocs report on standard error, warnings only where quiet was asked for."""
    import logging

    logging.basicConfig(format="%(levelname)s: %(message)s", level=logging.WARNING if console.quiet else logging.INFO)


def _here() -> Path:
    path = Path("mkdocs.yml")
    if not path.is_file():
        raise click.UsageError(
            "There is no mkdocs.yml here; name a folder of agents, as in `specs serve path/to/agents`."
        )
    return path


def _build(config: Path, strict: bool, output: str | None, url: str | None) -> Path:
    """Build the site of a project; where it went."""
    from mkdocs.commands.build import build as mkdocs_build
    from mkdocs.config import load_config
    from mkdocs.exceptions import MkDocsException

    chosen = {key: value for key, value in {"site_dir": output, "site_url": url}.items() if value}
    try:
        loaded = load_config(str(config), strict=strict, **chosen)
        loaded.plugins.on_startup(command="build", dirty=False)
        try:
            mkdocs_build(loaded)
        finally:
            loaded.plugins.on_shutdown()
    except MkDocsException as error:
        raise click.ClickException(f"the site was not built: {error}") from None
    return Path(loaded.site_dir)


def _seen(path: Path) -> Path:
    """A path from the folder that the command runs in, where that holds it."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _serve(config: Path, address: str, open_: bool) -> None:
    from mkdocs.commands.serve import serve as mkdocs_serve
    from mkdocs.exceptions import MkDocsException

    try:
        mkdocs_serve(str(config), dev_addr=address, open_in_browser=open_)
    except (MkDocsException, OSError) as error:
        raise click.ClickException(f"cannot serve: {error}") from None


@contextmanager
def _project(inputs: tuple[str, ...], out: Path, name: str | None, url: str | None, console: Console) -> Iterator[Path]:
    """A temporary MkDocs project with the inputs' agents in it."""
    from converters.publish import write_project
    from converters.publish.words import title

    with tempfile.TemporaryDirectory(prefix="specs-") as folder:
        if not _convert(inputs, Path(folder, "specs"), console):
            raise click.exceptions.Exit(2)
        called = name or title(Path(inputs[0]).absolute().name)
        yield write_project(Path(folder), name=called, out=out.absolute(), url=url, cache=user_cache())


def _convert(inputs: tuple[str, ...], specs: Path, console: Console) -> int:
    """Bring the specs in step with the inputs; how many agents there are."""
    outcomes = read_inputs(inputs, Options(), console)
    plan(outcomes, Options())
    for outcome in outcomes:
        if outcome.status != "skipped":
            console.find(outcome.findings, outcome.text)
    artifacts = [artifact for outcome in outcomes for artifact in outcome.artifacts]
    output = Output(specs)
    collections = {owner.partition("/")[0] for owned in output.owned.values() for owner in owned.collections}
    changes = output.plan(artifacts) + output.prunable({a.path for a in artifacts}, {"canonical"}, collections)
    console.find(output.apply(changes))
    agents = sum(len(outcome.keys) for outcome in outcomes)
    console.say(f"{count(len(outcomes), 'input')}, {count(agents, 'agent')}")
    return agents


@contextmanager
def _kept_in_step(inputs: tuple[str, ...], project: Path, console: Console) -> Iterator[None]:
    """Convert again whenever an input changes, for as long as the block lasts."""
    over = threading.Event()

    def watch() -> None:
        seen = _stamps(inputs)
        while not over.wait(_LOOK):
            now = _stamps(inputs)
            if now != seen:
                seen = now
                _convert(inputs, project / "specs", console)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def _stamps(inputs: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Size and time of change of every file below the inputs."""
    stamps = {}
    for name in inputs:
        top = Path(name)
        for path in [top] if top.is_file() else top.rglob("*"):
            try:
                state = path.stat()
            except OSError:
                continue
            stamps[str(path)] = (state.st_size, state.st_mtime_ns)
    return stamps
