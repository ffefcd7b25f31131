"""What our processes write down of what they do: ids, places and times; nobody's name and nobody's words."""
