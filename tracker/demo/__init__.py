"""Invented people, for trying Sidelight out. Reachable in demo mode alone."""

from tracker.demo.people import PERSONAS

__all__ = ["PERSONAS"]
