"""What tests need to drive a real browser."""
