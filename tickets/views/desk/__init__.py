"""The desk: pages for members who work tickets. They read, call actions, and say what came of it."""
