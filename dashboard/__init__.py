"""The journey-map pages: Streamlit over the published marts (see docs/dashboard.md)."""
