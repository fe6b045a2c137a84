"""Rules: dated values with their authority."""
