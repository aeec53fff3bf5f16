"""The definitions that marketing and sales agreed: read, checked, chosen by day, and made into tables."""
