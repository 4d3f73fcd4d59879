"""What is timed, against what; see README.md in this folder."""
