"""A result for people and for other programs: tables, the page, pictures, the overlay video."""
