"""Who is in care: found, enrolled, invited, paused, discharged, and moved to another team."""
