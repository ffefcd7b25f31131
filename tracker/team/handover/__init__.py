"""What one shift tells the next: what is open, what was done, what is due."""
