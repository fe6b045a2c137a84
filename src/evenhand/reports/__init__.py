"""Reports: lists of blocks, and what writes them: the site, data files, charts, maps."""
