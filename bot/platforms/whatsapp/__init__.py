"""WhatsApp as a place where people talk to Usher: webhooks, answers, receipts, templates."""
