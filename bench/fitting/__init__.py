"""Fitting the weights of the answers: `python -m bench.fitting`. See docs/answers.md."""
