"""The MkDocs plugin: it hands MkDocs the pages made elsewhere, and knows nothing of agents itself.

While the site is served, a change of specs alone is brought to it without MkDocs: its own pages are
rendered again in the theme of the last build, and of the rest what the change touches.
"""

from __future__ import annotations

import gc
import gzip
import logging
import threading
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Literal

import jinja2
from markupsafe import Markup, escape
from mkdocs.config import base, config_options
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import ConfigurationError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from converters.collection import choice_place
from converters.findings import ERROR, UNCLEAR_PUBLISH, Span, place
from converters.library import idle_choices, library_of, unclear_choices

from . import addresses, engine, feeds, project, shell, sitemap
from .catalogue import Catalogue
from .delivery import Delivery
from .loading import load
from .memory import Memory
from .press import Asset
from .press import Page as MadePage
from .publication import FRAGMENTS, LATER, Site
from .store import Store
from .theme import Theme, stylesheets

log = logging.getLogger("mkdocs.plugins.agent-specs")


class PluginConfig(base.Config):  # type: ignore[no-untyped-call]  # MkDocs leaves it untyped
    """What `mkdocs.yml` may say under `agent-specs`."""

    specs = config_options.Type(str, default="specs")
    """The folder of canonical specs, relative to `mkdocs.yml`."""
    cache = config_options.Type(str, default=".cache/agent-specs")
    """The folder for what one build leaves for the next, relative to `mkdocs.yml`; empty for none."""


@dataclass
class _Built:
    """What the last build of MkDocs leaves for those without it."""

    config: MkDocsConfig
    delivery: Delivery
    stamps: dict[str, tuple[int, int]]
    """Everything MkDocs reads, as it was before that build."""
    pages: list[tuple[Page, str, str]] = field(default_factory=list)
    """Each page that asks for a fragment, its own HTML, and the fragment's name."""
    nav: Navigation | None = None
    theme: Theme | None = None
    shell: shell.Shell | None = None
    sitemap: str = ""
    """As MkDocs makes it."""
    own: frozenset[str] = frozenset()
    """The files MkDocs made."""


class AgentSpecsPlugin(BasePlugin[PluginConfig]):  # type: ignore[no-untyped-call]  # as above
    """Publishes a library of specs as part of a MkDocs site."""

    catalogue: Catalogue | None = None
    """Set it to publish a catalogue that is already at hand instead of reading `specs`."""

    def __init__(self) -> None:
        self._serving = False
        self._memory: Memory | None = None
        self._site = Site(Catalogue(library=library_of(())))
        self._built: _Built | None = None
        self._rest: threading.Thread | None = None

    # --- a build by MkDocs ---------------------------------------------------------------------------

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        """Remember whether pages will carry the reload script, which the policy would stop.

        Hardly anything here is circular, and a build is over soon: looking for it would be 5 % of the work.
        """
        self._serving = command == "serve"
        if not self._serving:
            gc.disable()

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Read the library, have `mkdocs serve` watch it, and let MkDocs build beside the site's folder."""
        self._wait()
        project.complete(config)
        specs = self._specs(config)
        if specs.is_dir() and str(specs) not in config.watch:
            config.watch.append(str(specs))
        stamps = _stamps(self._watched(config))
        self._read(config)
        agents = self._site.catalogue.agents
        many, shelves = len(agents), len(self._site.catalogue.members)
        log.info("%d agent%s in %d collection%s", many, "s" * (many != 1), shelves, "s" * (shelves != 1))
        if not engine.is_at_hand(project.engine_sources(config, engine.PLACE)):
            way = "`python -m converters.publish.vendoring` brings it, with npm"
            log.info("Readers cannot convert in the browser: %s", way)
        delivery = Delivery(Path(config.site_dir), self._site.catalogue.memory.store)
        self._built = _Built(config, delivery, stamps)
        config.site_dir = str(delivery.begin())
        return config

    def _read(self, config: MkDocsConfig) -> None:
        if self._memory is None:
            folder = _below(config, self.config.cache) if self.config.cache else None
            self._memory = Memory(Store(folder))
        catalogue = self.catalogue if self.catalogue is not None else load(self._specs(config), self._memory)
        name = config.site_name
        if isinstance(name, Markup):
            name = name.unescape()
        config.site_name = escape(name)  # the theme does not; a folder's name may be a stranger's
        self._heed(catalogue, self._specs(config) / "collections.yaml")
        sources = project.engine_sources(config, engine.PLACE)
        self._site = Site(catalogue, name, config.site_url or None, sources)
        config.extra["feeds"] = feeds.are_kept(self._site)
        config.extra["theme_css"] = stylesheets(config.theme.dirs)

    def _heed(self, catalogue: Catalogue, described: Path) -> None:
        """Build nothing from a description that is not understood: it may say what is not to be shown.

        Agents' own files may say so as well; those that do in words nobody understands are not shown, and told.
        """
        path = described.as_posix()
        text = described.read_text(encoding="utf-8-sig", errors="replace") if described.is_file() else ""
        faults = [one for one in catalogue.library.findings if one.span.path == path and one.rule.severity >= ERROR]
        for fault in (*faults, *idle_choices(catalogue.library, partial(choice_place, path, text))):
            line, column = place(text, fault.span.start)
            said = f"{self.config.specs}/{described.name}:{line}:{column}: {fault.message}"
            if fault.rule.severity >= ERROR and not self._serving:
                raise ConfigurationError(said)
            log.warning("%s", said)
        for spec in catalogue.library.agents:
            for _, word in unclear_choices(spec):
                log.warning("%s: %s", catalogue.library.key(spec), UNCLEAR_PUBLISH.at(Span(""), said=word).message)

    def _specs(self, config: MkDocsConfig) -> Path:
        return _below(config, self.config.specs)

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add the pages and assets that every site of a library has."""
        project.complete_files(files, config)
        return files

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        """Keep the navigation for the frame."""
        self._now.nav = nav
        return nav

    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Give a page that asks for one its content; what it says itself stands above."""
        name = page.meta.get("agent-specs")
        if name is None:
            return html
        if name not in FRAGMENTS:
            log.warning("%s: `agent-specs: %s` is none of %s", page.file.src_uri, name, ", ".join(FRAGMENTS))
            return html
        self._now.pages.append((page, html, name))
        return html + self._fragment(page, name)

    def _fragment(self, page: Page, name: str) -> str:
        return self._site.fragment(name, addresses.root(page.url) if page.url not in {"./", "."} else "")

    def on_env(self, env: jinja2.Environment, *, config: MkDocsConfig, files: Files) -> jinja2.Environment:
        """Keep the theme for the frame."""
        built = self._now
        assert built.nav is not None
        built.theme = Theme(config, built.nav, files, env)
        built.shell = shell.Shell(built.theme.frame, protect=not self._serving)
        return env

    def on_post_template(self, output_content: str, *, template_name: str, config: MkDocsConfig) -> str:
        """Add the pages MkDocs does not know to its sitemap, and the policy to its error page."""
        if template_name == "sitemap.xml":
            self._now.sitemap = output_content
            return sitemap.filled(output_content, self._site)
        if template_name == "404.html" and not self._serving:
            return shell.policy(output_content)
        return output_content

    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        """Forbid foreign scripts on MkDocs' own pages too."""
        return output if self._serving else shell.policy(output)

    @event_priority(-100)
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Bring the site's folder in step with every page and file, those that MkDocs made among them."""
        built = self._now
        config.site_dir = str(built.delivery.out)
        self._deliver(self._site.output())
        made = built.delivery.stage / "sitemap.xml"
        if made.is_file():
            built.delivery.put("sitemap.xml.gz", _packed(made.read_bytes()))
        built.own = built.delivery.take(built.delivery.stage)
        built.delivery.end()

    def on_build_error(self, *, error: Exception) -> None:
        """Leave the site's folder as it was."""
        if self._built is not None:
            self._built.config.site_dir = str(self._built.delivery.out)
            self._built.delivery.abandon()
            self._built = None

    def on_shutdown(self) -> None:
        """Let go of the store."""
        gc.enable()
        self._wait()
        if self._memory is not None:
            self._memory.store.close()

    @property
    def _now(self) -> _Built:
        assert self._built is not None
        return self._built

    def _deliver(self, output: Iterator[MadePage | Asset]) -> None:
        built = self._now
        assert built.shell is not None
        for one in output:
            built.delivery.put(one.path, one.held if isinstance(one, Asset) else built.shell.late(one))

    # --- a build without MkDocs, while the site is served ------------------------------------------

    def on_serve(
        self, server: LiveReloadServer, *, config: MkDocsConfig, builder: Callable[[], None]
    ) -> LiveReloadServer:
        """Have changes of specs alone brought to the site without MkDocs."""
        server.builder = lambda: self._rebuild(builder)
        return server

    def _rebuild(self, builder: Callable[[], None]) -> None:
        self._wait()
        built = self._built
        alone = built is not None and self.catalogue is None and list(built.config.plugins) == ["agent-specs"]
        if built is None or not alone or _stamps(self._watched(built.config)) != built.stamps:
            builder()
            return
        extra, before = dict(built.config.extra), self._site.catalogue
        self._read(built.config)
        if extra != built.config.extra:  # the frame changes
            builder()
            return
        built.delivery.begin()
        near = self._site.catalogue.changed_since(before)
        self._bring(FRAGMENTS.keys() - LATER, self._site.first(sorted(near)))
        self._rest = threading.Thread(target=self._finish, args=(near,), name="agent-specs", daemon=True)
        self._rest.start()

    def _bring(self, fragments: Collection[str], output: Iterator[MadePage | Asset]) -> None:
        built = self._now
        assert built.theme is not None
        for page, html, name in built.pages:
            if name in fragments:
                built.delivery.put(page.file.dest_uri, built.theme.page(page, html + self._fragment(page, name)))
        self._deliver(output)

    def _finish(self, near: frozenset[str]) -> None:
        """Deliver all the rest, while the agents near the change can be looked at already."""
        built = self._now
        try:
            self._bring(LATER, self._site.rest(near))
            if built.sitemap:
                told = sitemap.filled(built.sitemap, self._site).encode()
                built.delivery.put("sitemap.xml", told)
                built.delivery.put("sitemap.xml.gz", _packed(told))
            built.delivery.end(built.own)
        except Exception:
            log.exception("The site was not brought in step; the next change builds it anew")
            self._built = None

    def _wait(self) -> None:
        if self._rest is not None:
            self._rest.join()
            self._rest = None

    def _watched(self, config: MkDocsConfig) -> Iterator[Path]:
        """All that decides what MkDocs makes, but the specs."""
        yield Path(config.docs_dir)
        if config.theme.custom_dir:
            yield Path(config.theme.custom_dir)
        if config.config_file_path:
            yield Path(config.config_file_path)
        specs = self._specs(config)
        yield from (Path(path) for path in config.watch if Path(path) != specs)


def _below(config: MkDocsConfig, path: str) -> Path:
    return (Path(config.config_file_path).parent if config.config_file_path else Path()) / path


def _packed(content: bytes) -> bytes:
    """With gzip, and without the hour it was packed in."""
    return gzip.compress(content, mtime=0)


def _stamps(paths: Iterator[Path]) -> dict[str, tuple[int, int]]:
    """Size and time of change of every file there."""
    found = {}
    for top in paths:
        for path in top.rglob("*") if top.is_dir() else (top,):
            try:
                state = path.stat()
            except OSError:
                continue
            found[str(path)] = state.st_size, state.st_mtime_ns
    return found
