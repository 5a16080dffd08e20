"""The label that a scanner is set up by: everything that keyboards type differently, in one known code."""

from __future__ import annotations

from scanner.codes.labels import Label
from scanner.codes.typed import GS
from scanner.labels.rules import even

TEST_CODE = f"103456789-ABCDEFGHIJKL{GS}21MNOPQRSTUVWXYZaqwzym"
"""All digits, the hyphen, all capitals, the small letters that layouts move, and GS between a lot and a serial (AI 10 and 21).

45 characters, so that it fits into a GS1-128 (GS1 General Specifications 5.4.4), which every scanner reads.
"""
TEST_LABEL = Label(TEST_CODE, "Set up the scanner", "Open the page of this name on the device, then scan this.")
TEST_SHEET = even(columns=1, rows=4, padding=25)
"""Wide enough for its bars."""
