"""Finding pages by plain words: PostgreSQL looks, we forgive.

`find` is the way in. The rows that are searched are in education/models/search.py.
"""
