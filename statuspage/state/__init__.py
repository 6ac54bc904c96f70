"""What the status page can truthfully say: what goes on, what is planned, who can be reached, what is promised."""
