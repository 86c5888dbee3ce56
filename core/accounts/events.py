"""Signals about users. Receivers run in the sender's transaction: both are committed, or neither is."""

from django.dispatch import Signal

# An existing user (a placeholder, or registered but unconfirmed) has proven to own the mailbox of the user's e-mail
# address, or an operator has confirmed it. Sent with `user_uuid`, after the user is stored as registered and confirmed.
mailbox_confirmed = Signal()

# A placeholder is about to become part of another user, who has proven to own its mailbox: receivers move what refers
# to the placeholder. Sent with `placeholder_uuid` and `user_uuid`, before the sender locks a user.
placeholder_joined = Signal()

# A person has proven to own the mailbox of an account that another one may have used so far: receivers remove what
# would let that other one still bring or read anything. Sent with `user_id`.
access_ended = Signal()
