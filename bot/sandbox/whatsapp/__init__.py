"""WhatsApp, emulated: the Cloud API as far as it is described, its webhooks, and its people."""
