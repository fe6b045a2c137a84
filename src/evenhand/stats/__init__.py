"""Statistics on arrays. Nothing here knows of tables, areas or files."""
