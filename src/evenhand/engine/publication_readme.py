"""The README that lies beside every publication: what is in the folder, and how to check it."""

README = """\
This folder is a publication made with Evenhand. It needs no server and no network.

site/             the pages: open site/index.html in any browser
data/             each measure as a table, as CSV and as JSON
data/earlier/     earlier releases of the measures, kept so that their entries can still be checked
ledger.jsonl      one line for each figure ever published here, for each publication and for each pack
manifest.json     every file with its SHA-256 and size
verify.py         checks all of the above
offline-pack.zip  all of the above as one file to take away

To check that nothing here was changed, added or removed since it was published:

    python3 verify.py

(Python 3.9 or later, nothing to install; on Windows: py verify.py.) Its first line says how many
entries hold and how many files are as published, or names the first thing that is not. Where all
holds, the lines after it say what it cannot know.

The offline pack, unpacked, is a publication of its own and checks in the same way. It holds all but
itself, and its ledger ends with the line before the one that names the pack.

Every line of the ledger holds the hash of the line before it. The foot of every page prints the
head: the hash of the last figure's line. Whoever keeps a head elsewhere (a printed page, an e-mail,
minutes) can later check that the history up to it was not rewritten:

    python3 verify.py . --head THE-HEAD-YOU-KEPT

A line for a figure says: the measure, area and period, the SHA-256 of the table released, the SHA-256
of each file it was worked out from, the police forces, rules and local definition applied, the version
of the code, who made it and on what day. It cannot say that the files supplied were right.
"""
