"""When access ends: with its time, by its holder, by others, unused; or later, with more time."""
