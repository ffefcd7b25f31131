"""The second wall: PostgreSQL's row-level security, behind `visible_to` and the pages' own checks.

Who forgets to ask whose data a query may find gets, from the database, the rows that the person who is signed
in may see, and no others. docs/decisions/0036-the-second-wall.md says why it is built as it is.
"""
