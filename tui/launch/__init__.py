"""What the launch screen knows without a terminal: recipes, completion, forms, edits that keep comments."""
