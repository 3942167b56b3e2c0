"""How the demonstration recogniser in models/demo-zh is made: `python -m models.train`."""
