"""Templates, conditions, verdicts and points: from a call and a ruleset to a draft scorecard."""
