"""Our own public page: what is sent there is shown from our own rows (`hub`), and visitors comment without an account."""
