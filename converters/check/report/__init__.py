"""Findings in the languages of other programs."""

from __future__ import annotations

from converters.check.report.counts import counted
from converters.check.report.github import to_github
from converters.check.report.gitlab import is_gitlab, to_gitlab
from converters.check.report.junit import to_junit
from converters.check.report.sarif import is_sarif, to_sarif

__all__ = ["counted", "is_gitlab", "is_sarif", "to_github", "to_gitlab", "to_junit", "to_sarif"]
