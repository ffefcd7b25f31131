"""The record of looks as a chain: seals that hold access events in their order, and what finds a change."""
