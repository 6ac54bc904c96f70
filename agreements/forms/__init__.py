"""Forms about products, subscriptions and agreements. They ask and carry out; the rules are the actions'."""
