"""Which MediaPipe bundles the analysis runs on, from where, and how they are proven genuine."""
