"""The MkDocs plugin: it hands MkDocs the pages made elsewhere, and knows nothing of agents itself."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Literal

import jinja2
from mkdocs.commands.build import get_context
from mkdocs.config import base, config_options
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import get_toc

from converters.library import library_of

from . import addresses, shell
from .catalogue import Catalogue
from .loading import load
from .publication import FRAGMENTS, Site

log = logging.getLogger("mkdocs.plugins.agent-specs")


class PluginConfig(base.Config):  # type: ignore[no-untyped-call]  # MkDocs leaves it untyped
    """What `mkdocs.yml` may say under `agent-specs`."""

    specs = config_options.Type(str, default="specs")
    """The folder of canonical specs, relative to `mkdocs.yml`."""


class AgentSpecsPlugin(BasePlugin[PluginConfig]):  # type: ignore[no-untyped-call]  # as above
    """Publishes a library of specs as part of a MkDocs site."""

    catalogue: Catalogue | None = None
    """Set it to publish a catalogue that is already at hand instead of reading `specs`."""

    def __init__(self) -> None:
        self._serving = False
        self._site = Site(Catalogue(library=library_of(())))
        self._nav: Navigation | None = None
        self._files: Files | None = None
        self._env: jinja2.Environment | None = None

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        """Remember whether pages will carry the reload script, which the policy would stop."""
        self._serving = command == "serve"

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Read the library, and have `mkdocs serve` watch it."""
        here = Path(config.config_file_path).parent if config.config_file_path else Path()
        specs = here / self.config.specs
        if specs.is_dir() and str(specs) not in config.watch:
            config.watch.append(str(specs))
        catalogue = self.catalogue if self.catalogue is not None else load(specs)
        self._site = Site(catalogue, config.site_name)
        log.info("%d agents in %d collections", len(catalogue.agents), len(catalogue.members))
        return config

    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Give a page that asks for one its content; what it says itself stands above."""
        name = page.meta.get("agent-specs")
        if name is None:
            return html
        if name not in FRAGMENTS:
            log.warning("%s: `agent-specs: %s` is none of %s", page.file.src_uri, name, ", ".join(FRAGMENTS))
            return html
        return html + self._site.fragment(name, addresses.root(page.url) if page.url not in {"./", "."} else "")

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        """Keep the navigation for the frame."""
        self._nav, self._files = nav, files
        return nav

    def on_env(self, env: jinja2.Environment, *, config: MkDocsConfig, files: Files) -> jinja2.Environment:
        """Keep the theme for the frame."""
        self._env = env
        return env

    def on_post_template(self, output_content: str, *, template_name: str, config: MkDocsConfig) -> str:
        """Add the pages MkDocs does not know to its sitemap, and the policy to its error page."""
        if template_name == "sitemap.xml" and config.site_url:
            urls = (
                f"<url><loc>{config.site_url.rstrip('/')}/{addresses.link(a)}</loc></url>\n" for a in self._addresses()
            )
            return output_content.replace("</urlset>", "".join(urls).replace("&", "&amp;") + "</urlset>")
        if template_name == "404.html" and not self._serving:
            return shell.policy(output_content)
        return output_content

    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        """Forbid foreign scripts on MkDocs' own pages too."""
        return output if self._serving else shell.policy(output)

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Write every page and file that MkDocs does not."""
        out = Path(config.site_dir)
        frame = shell.Shell(lambda address, section: self._frame(config, address, section), protect=not self._serving)
        for page in self._site.pages():
            _write(out / page.address / "index.html", frame.frame(page).encode("utf-8", "xmlcharrefreplace"))
        for asset in self._site.assets():
            _write(out / asset.path, asset.content)

    def _addresses(self) -> list[str]:
        catalogue, formats = self._site.catalogue, (fmt.id for fmt in self._site.formats.all)
        return [
            *map(addresses.collection, catalogue.members),
            *map(addresses.agent, catalogue.agents),
            *map(addresses.format_page, formats),
        ]

    def _frame(self, config: MkDocsConfig, address: str, section: str) -> str:
        assert self._nav is not None
        assert self._files is not None
        assert self._env is not None
        page = Page(shell.TITLE, File(f"{address}index.md", None, config.site_dir, use_directory_urls=True), config)
        page.meta = {
            "title": shell.TITLE,
            "description": shell.DESCRIPTION,
            "hide": ["navigation", "toc"],
            "section": section,
        }
        page.content, page.toc = shell.CONTENT, get_toc([])
        page.canonical_url = f"{config.site_url.rstrip('/')}/{shell.ADDRESS}" if config.site_url else None
        context = get_context(self._nav, self._files, config, page)
        return self._env.get_template("main.html").render(context)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
