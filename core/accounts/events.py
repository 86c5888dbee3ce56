"""What other domains want to hear of users. Receivers run in the sender's transaction: all of it, or nothing."""

from django.dispatch import Signal

# Somebody who was known before (a placeholder, or registered without proof) has proven that the mailbox is theirs, or
# an operator vouches for it. Sent with `user_uuid`, after the user has been saved as registered and confirmed.
mailbox_confirmed = Signal()
