"""A team's patients on one drug: how they fare, whether they report, how soon they are answered."""
