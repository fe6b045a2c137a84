"""Pages of the public site: each function gives one page, or the pages of one kind, as blocks."""
