"""What the platform permits and how people answer."""
