"""A crowd: whole clinics of invented people with years of diaries, to measure pages with and to fill them."""
