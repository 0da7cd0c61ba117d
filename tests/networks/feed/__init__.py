"""A stateful fake of a site with a page and its feed, as RSS 2.0, Atom or JSON Feed, with the marks a server gives its answers."""
