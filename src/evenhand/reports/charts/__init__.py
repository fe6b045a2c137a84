"""Charts: described as data with Altair, drawn as SVG by vl-convert, without a browser."""
