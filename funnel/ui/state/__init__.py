"""What is chosen and what was asked: the address, the filters, the open layers and their answers."""
