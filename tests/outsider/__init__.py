"""A stranger's verifier: it knows the export's documented form and shares no code with Steward."""
