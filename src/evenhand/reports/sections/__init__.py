"""Sections about one area: each answers one question, the same words for every area."""
