"""What can go wrong for a user, told in one line."""

from __future__ import annotations


class NetgrowError(Exception):
    """Base of every error that is the user's to mend; the message is one clear line."""

    exit_status = 1


class UsageError(NetgrowError):
    """What was asked for cannot be understood or is not allowed (exit status 2)."""

    exit_status = 2


class WorkError(NetgrowError):
    """What was asked for was understood but could not be done (exit status 1)."""
