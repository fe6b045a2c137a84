"""The README that lies beside every publication: what is in the folder, and how to check it."""

README = """\
This folder is a publication made with Evenhand. It needs no server and no network.

site/             the pages: open site/index.html in any browser
data/             each measure as a table, as CSV and as JSON
data/earlier/     earlier releases of the measures, kept so that their entries can still be checked
ledger.jsonl      one line for each figure ever published here, for each that was corrected or
                  withdrawn, for each key, and for each publication and its pack
checkpoint        how many lines the ledger has and the root over them, signed by the publisher
ledger-key.txt    the publisher's public key; where it is not here, the ledger is not signed
manifest.json     every file with its SHA-256 and size
verify.py         checks all of the above
data/certificate.json, check_hidden.py
                  only where counts are hidden or rounded: other figures that would have looked the
                  same, as proof that nobody can work the hidden ones out, and what checks that,
                  holding it against the ledger and the tables; it says what it takes on trust
offline-pack.zip  all of the above as one file to take away

To check that nothing here was changed, added or removed since it was published:

    python3 verify.py

(Python 3.9 or later, nothing to install; on Windows: py verify.py.) Its first line says how many
entries hold and how many files are as published, or names the first thing that is not. Where all
holds, the lines after it say what it cannot know.

Where there is a data/certificate.json, check that what is hidden stays hidden:

    python3 check_hidden.py

The offline pack, unpacked, is a publication of its own and checks in the same way. It holds all but
itself, and its ledger ends with the line before the one that names the pack.

The lines of the ledger are the leaves of a Merkle tree (RFC 6962, RFC 9162). The foot of every page
prints the head: how many lines there are, and the root over them. Whoever keeps a page, or writes the
head down, can later check that the ledger grew from there and was not written anew:

    python3 verify.py . --against A-PAGE-YOU-KEPT.html
    python3 verify.py . --head "THE-HEAD-YOU-KEPT"

Ask the publisher for their key in another way than this folder, and compare:

    python3 verify.py . --key THE-KEY-YOU-WERE-GIVEN

To prove that one table is in the ledger, in the form that transparency logs share (c2sp.org/tlog-proof):

    python3 verify.py . --figure data/NAME.csv

A line for a figure says: the measure, area and period, the SHA-256 of the table released, the SHA-256
of each file it was worked out from, the police forces, rules and local definition applied, the version
of the code, who made it and on what day, and who approved it where the rules ask for a second person.
It cannot say that the files supplied, or the day, were right.
"""
