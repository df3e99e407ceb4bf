"""Pure decisions about stored bytes: the shape of a sealed file, when to compress, what a check found."""
