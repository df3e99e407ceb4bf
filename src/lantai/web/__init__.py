"""Pages that show several rooms at once: the homes, the record page, the gallery of components."""
