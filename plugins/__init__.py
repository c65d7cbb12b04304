"""The built-in components, one folder a kind; they come in by the same door as any other plugin."""
