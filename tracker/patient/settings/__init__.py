"""What somebody chooses for themselves (`person`), and what only the owner of a diary decides (`diary`).

The language, units and text size of whoever is signed in go with them into whichever diary they open. The
place, the reminders, who looked, the download and leaving belong to one diary, and to its patient alone.
"""
