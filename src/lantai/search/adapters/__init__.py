"""The engines that hold the index, and the folder they keep it in."""
