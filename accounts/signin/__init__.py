"""Passkeys, second steps, and the devices on which somebody is signed in."""
