"""The command `leerstand`: arguments in, text or JSON out, no logic of its own."""
