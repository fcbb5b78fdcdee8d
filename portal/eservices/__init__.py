"""The catalogue of public services, their forms, and the requests and declarations filed with them."""
