"""One message a day of what is open, what is off and what is due: to webhooks, and by e-mail."""
