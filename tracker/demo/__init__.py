"""Invented people, for trying Sidelight out. Reachable in demo mode alone."""
