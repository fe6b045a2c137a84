"""Actions: one verb a file. Only these change anything."""
