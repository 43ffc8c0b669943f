"""What is remembered: cases and their history, placings, scores, plans, jobs, the audit log."""
