"""Messages with patients: what waits to be read, the thread on a chart and a flag, and the reply."""
