"""Test buyers, with whom sellers try their apps, and the clocks by which time passes for them alone."""
