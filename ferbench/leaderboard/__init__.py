"""The leaderboard: a database of runs that only grows, and the boards that rank them."""
