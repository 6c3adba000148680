"""The local web app: pages of one practice on its own computer; no clinical logic of its own."""
