"""The sitemap: every page, and the day of its last change where a commit tells it."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

from . import addresses
from .press import Press

_DAY = re.compile(r"\s*<lastmod>[^<]*</lastmod>")


def filled(made: str, press: Press) -> str:
    """MkDocs' sitemap with the pages it does not know; as it is, and so empty, where the site has no address.

    The day MkDocs gives its own pages is that of the build, so it is taken out.
    """
    if not press.url:
        return made
    return _DAY.sub("", made).replace("</urlset>", "".join(_entries(press, press.url)) + "</urlset>")


def _entries(press: Press, url: str) -> list[str]:
    catalogue = press.catalogue
    days = {addresses.agent(key): history[0].day for key in catalogue.agents if (history := catalogue.history.get(key))}
    pages = (
        *map(addresses.collection, catalogue.members),
        *map(addresses.agent, catalogue.agents),
        *(addresses.format_page(fmt.id) for fmt in press.formats.all),
    )
    return [
        f"<url><loc>{escape(url + addresses.link(page))}</loc>"
        + (f"<lastmod>{days[page]}</lastmod>" if page in days else "")
        + "</url>\n"
        for page in pages
    ]
