"""Mail that a mail service (Postmark, Mailgun, Amazon SES, SendGrid) passes on by webhooks, read by django-anymail."""
