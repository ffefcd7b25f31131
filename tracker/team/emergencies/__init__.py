"""Break-glass: a chart of another team for an hour, to read, with a reason, and with everybody told."""
