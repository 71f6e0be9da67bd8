"""A real OpenStack federation on one machine: Debian's own OpenStack packages, on loopback addresses."""
