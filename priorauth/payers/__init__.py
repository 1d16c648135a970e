"""What each payer asks: payers, policies and their criteria."""
