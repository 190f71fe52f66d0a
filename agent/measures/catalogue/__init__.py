"""One module for each measure or family of measures. The registry finds them here."""
