"""Ways to reach a person. Each takes values, sends, and returns once the message was handed over."""
