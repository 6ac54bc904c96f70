"""Who is told what about an incident: mails and notices, queued in the transaction of their cause."""
