"""What editors learn of their readers: how often each page is opened, and whether it helped. Never who."""
