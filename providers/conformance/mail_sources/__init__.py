"""The contract tests of a mail source, and what they are made of."""
