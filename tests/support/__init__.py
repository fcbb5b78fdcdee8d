"""What tests stand on: throw-away databases, a client that looks at every page, a browser, fake servers."""
