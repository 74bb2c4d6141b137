"""Service: `leerstand up`, which keeps server, worker and page of one machine running."""
