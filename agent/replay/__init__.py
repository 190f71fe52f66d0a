"""A kept session played again in the practitioner's pages, on this machine only."""
