"""The trail above each page of how we know, and where the pages that others link to are."""

from evenhand.reports.blocks import Link

INDEX = "how-we-know/index.html"
SOURCES = "how-we-know/sources.html"
COVERAGE = "how-we-know/coverage.html"
LEDGER = "how-we-know/ledger.html"
CHANGES = "how-we-know/changes.html"
HERE = (Link("How we know", INDEX),)
