"""The frame around every page: navigation, filters, sharing, and the run itself."""
