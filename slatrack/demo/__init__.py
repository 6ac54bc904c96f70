"""The five demo workspaces: who works and writes there, what about, and how their past two quarters are played."""
