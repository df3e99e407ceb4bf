"""Lantai 兰台: the domain packages of an electronic-archives platform, one folder each, imports pointing down."""
