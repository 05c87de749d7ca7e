"""What every page and file of a site is made from: the catalogue, the site's name and address, the templates."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2
from markupsafe import Markup

from . import addresses, api, engine, format_pages, render, words
from .catalogue import Catalogue
from .late import Late, made
from .pages import Pages


class _Loader(jinja2.FileSystemLoader):
    """Loads templates without the indentation of their lines, which readers would load with every page."""

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """The template's text, the file's name, and whether it is still the same."""
        source, name, is_same = super().get_source(environment, template)
        return _INDENTATION.sub("", source), name, is_same


_INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)
_TEMPLATES = jinja2.Environment(
    loader=_Loader(Path(__file__).parent / "templates"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=jinja2.StrictUndefined,
)
_TEMPLATES.globals["words"] = words
_TEMPLATES.filters |= {
    "thousands": lambda n: f"{n:,}",
    "link": addresses.link,
    "urlencode": lambda text: quote(text, errors="replace"),  # the library's own raises on half a character
    "shown": render.shown,
    "inline": lambda text: Markup(render.inline(text)),  # noqa: S704 - it is safe HTML
    "field": lambda category: render.shown(words.category(category)),
    "collection_href": lambda name: addresses.link(addresses.collection(name)),
    "plural": lambda n, one, more: f"{n:,} {one if n == 1 else more}",
}


LARGE = 2_000
"""Agents beyond which a library's pages and records leave each prompt to the files that hold it."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page made here, to be put into the site's frame."""

    address: str
    """From the site's root, ending in `/`, not percent-encoded."""
    title: str
    description: str
    body: str | Late[str]
    """HTML, or what makes it."""
    section: str
    """Address of the page in the navigation it belongs under."""
    image: str = "assets/preview.png"
    """The picture others show beside a link to it, from the site's root, not percent-encoded."""

    @property
    def path(self) -> str:
        """The file's, from the site's root."""
        return f"{self.address}index.html"

    @property
    def html(self) -> str:
        """The page's HTML, without the frame."""
        return made(self.body)


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that is served as it is."""

    path: str
    """From the site's root, not percent-encoded."""
    held: bytes | Late[bytes]
    """Its content, or what makes it."""

    @property
    def content(self) -> bytes:
        """The file's bytes."""
        return made(self.held)


@dataclass(frozen=True)
class Press:
    """What the makers of fragments, pages and files are given."""

    catalogue: Catalogue
    name: str = "Agent Specs"
    """The site's name."""
    url: str | None = None
    """The address the site will have, ending in `/`; `None` where nobody said."""
    sources: Path | None = None
    """The folder of the site's own sources, published as they lie; `None` where there are none."""

    @cached_property
    def made(self) -> Pages:
        """What the pages share."""
        return Pages(self.catalogue)

    @cached_property
    def whole(self) -> bool:
        """Whether pages and records hold the prompts themselves, as long as there are not many of them."""
        return len(self.catalogue.agents) <= LARGE

    @cached_property
    def formats(self) -> format_pages.Formats:
        """The formats, and what survives between them."""
        return format_pages.Formats(self.catalogue)

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """What the site holds, counted."""
        return api.counts(self.made)

    @cached_property
    def converts(self) -> bool:
        """Whether readers' browsers can convert agents themselves."""
        return self.sources is not None and engine.is_at_hand(self.sources)

    def render(self, template: str, **facts: Any) -> str:
        """`templates/<template>.html`, filled with `facts`, every value escaped."""
        return _TEMPLATES.get_template(f"{template}.html").render(facts)
