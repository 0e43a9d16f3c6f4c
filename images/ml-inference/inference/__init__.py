"""A sentiment classifier behind HTTP: what the chart `ml-inference` runs."""
