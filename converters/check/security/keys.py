"""Keys and passwords that are written out in a file."""

from __future__ import annotations

from collections.abc import Iterator

from converters.check.security._page import Page
from converters.findings import EXAMPLE_SECRET, LIKELY_SECRET, SECRET, Finding
from converters.secrecy import Secret, assigned, masked, secrets


def written_out(page: Page) -> Iterator[Finding]:
    """Keys of known makes, and values behind a secret's name that look drawn by lot; none of them is shown."""
    known = secrets(page.text)
    for secret in known:
        yield _told(page, secret)
    for secret in assigned(page.text):
        if not any(one.start < secret.stop and secret.start < one.stop for one in known):
            yield _told(page, secret, certain=False)


def _told(page: Page, secret: Secret, *, certain: bool = True) -> Finding:
    rule = EXAMPLE_SECRET if secret.is_example else SECRET if certain else LIKELY_SECRET
    shown = masked(page.text[secret.start : secret.stop])
    return rule.at(page.span(secret.start, secret.stop), what=secret.what, shown=shown)
