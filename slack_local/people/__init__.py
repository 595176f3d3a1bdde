"""What people do and see: typing, pressing, submitting, and the messages that an app answers with."""
