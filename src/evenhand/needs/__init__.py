"""Needs: what violence there is, where, how it changes. One measure, one file."""
