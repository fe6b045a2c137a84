"""The parts of the checker of certificates, which becomes one file that stands alone: `check`."""
