"""The app in Chromium, as readers use it: what only a browser can tell. Pages' numbers are tested elsewhere."""
