"""Reports that a phone kept while it had no network, sent by themselves and without a session."""
