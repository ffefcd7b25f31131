"""How dates and times look in each language.

Templates and functions write the English pattern, such as `date:"j F"`, and it is looked up here as words are
in a catalog. Django asks a module of formats for an attribute by that name: `globals()` holds them.
"""
