"""Evenhand: one even-handed record for the Serious Violence Duty."""

__version__ = "0.1.0"
