"""A patient's chart: one look at who it is, what waits, how the days went and what was done."""
