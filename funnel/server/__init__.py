"""What Streamlit must be told and cannot be by its public means: all its seams, in one place."""
