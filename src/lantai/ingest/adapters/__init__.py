"""Outside things that taking in reads: folders, packed files, spreadsheets."""
