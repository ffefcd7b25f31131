"""Rules in the hands of a clinic: drafts, dry runs, publishing, and which set is in force."""
