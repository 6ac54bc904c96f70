"""What every screen and API shares. The lowest app: it knows no tenant."""
