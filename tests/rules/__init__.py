"""Tests of what the platform permits and how people answer."""
