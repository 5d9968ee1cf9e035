"""What one can be good at: a module a topic, each with its generators of questions."""
