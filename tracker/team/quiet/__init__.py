"""Patients of whom nothing is heard: who they are, why it matters, and what came of calling them."""
