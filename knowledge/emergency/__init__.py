"""Is somebody in danger now? Recognised on receipt, before retrieval, database and disk (DESIGN decision 2)."""
