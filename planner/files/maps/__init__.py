"""Maps that open without a network: Leaflet is inlined, there are no tiles, every layer is drawn from our own data."""
