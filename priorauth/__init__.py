"""Prior-authorization letters for therapeutic apheresis that show where every value comes from."""
