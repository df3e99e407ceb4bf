"""What is indexed, how a question is read and how rights become a condition: plain decisions, no engine, no rows."""
