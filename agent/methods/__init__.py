"""What a paper says of how its values were made: a paragraph in two languages, and the sources."""
