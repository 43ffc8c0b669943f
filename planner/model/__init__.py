"""Nouns that cross a border between stages. Table contracts (pandera) live only here."""
