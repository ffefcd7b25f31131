"""Pages of the privacy officers: who looked at whom, what is unusual in it, and whose looks are watched."""
