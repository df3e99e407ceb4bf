"""What the platform tells a person: rows that wait to be read on the desk. Post to an outside address comes later."""
