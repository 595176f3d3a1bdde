"""Tests that try to break Steward's promises."""
