"""Proofs of the set-up scripts."""
