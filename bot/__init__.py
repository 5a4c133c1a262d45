"""The Slack half: hears people, makes one call to the desk, shows what the ledger says."""
