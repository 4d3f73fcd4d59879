"""The slow twin: docs/model.md in plain Python, one object a member."""
