"""Payouts that need two people: rules, record and money. Has never heard of Slack."""
