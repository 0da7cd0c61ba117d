"""Plain Python that sets paper: elements of a book, pages as trees of elements, typst. It knows no Django and no room."""
