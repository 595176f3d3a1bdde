"""Mixed work over several replicas of which one is killed every so often: nothing lost, nothing twice, no waiting."""
