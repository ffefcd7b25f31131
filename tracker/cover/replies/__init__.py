"""The replies that a team has at hand for its messages: its lead writes them."""
