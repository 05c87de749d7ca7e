"""MkDocs' theme in hand: pages rendered in it outside the build that MkDocs runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import jinja2
from mkdocs.commands.build import get_context
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import get_toc

from . import shell


@dataclass
class Theme:
    """What MkDocs renders pages with."""

    config: MkDocsConfig
    nav: Navigation
    files: Files
    env: jinja2.Environment

    def frame(self, address: str, section: str) -> str:
        """The page of an address below a section of the navigation, with the shell's marks for words."""
        file = File(f"{address}index.md", None, self.config.site_dir, use_directory_urls=True)
        page = Page(shell.TITLE, file, self.config)
        page.meta = {
            "title": shell.TITLE,
            "description": shell.DESCRIPTION,
            "image": shell.IMAGE,
            "hide": ["navigation", "toc"],
            "section": section,
        }
        page.content, page.toc = shell.CONTENT, get_toc([])
        site = self.config.site_url
        page.canonical_url = f"{site.rstrip('/')}/{shell.ADDRESS}" if site else None
        return self._render(page)

    def page(self, page: Page, content: str) -> bytes:
        """The file of one of MkDocs' own pages, with another content than it was built with."""
        page.content, page.active = content, True
        try:
            return self._render(page).encode("utf-8", "xmlcharrefreplace")
        finally:
            page.active = False

    def _render(self, page: Page) -> str:
        template = self.env.get_template(page.meta.get("template", "main.html"))
        return template.render(get_context(self.nav, self.files, self.config, page))


def stylesheets(folders: Sequence[str]) -> list[str]:
    """The style sheets that MkDocs' theme brings, whose names change with its version, from the site's root."""
    found = (path for folder in folders for path in sorted(Path(folder, "assets", "stylesheets").glob("*.min.css")))
    return [f"assets/stylesheets/{path.name}" for path in found]
