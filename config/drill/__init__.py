"""A restore drill that is really run: a backup is restored elsewhere, and asked what it is worth.

bin/restore-drill                 a rehearsal with invented people, a crash and a lost disk included
bin/restore-drill --dump FILE     a dump of yours, restored into a server that is deleted afterwards
"""
