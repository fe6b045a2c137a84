"""Area: the levels of place that figures are given for."""

LEVELS = {
    "LSOA11": "lower layer super output area, 2011",
    "LSOA21": "lower layer super output area, 2021",
    "MSOA11": "middle layer super output area, 2011",
    "MSOA21": "middle layer super output area, 2021",
    "WD": "electoral ward",
    "LAD": "local authority district",
    "CSP": "community safety partnership",
    "PFA": "police force area",
    "ICB": "integrated care board",
}
"""Area levels, smallest first. Census areas carry their year; the others have one code a boundary,
reissued by ONS when the boundary changes."""
