"""A whole fictional partnership with a known truth: for the demo and the tests."""
