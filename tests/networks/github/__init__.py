"""A repository in memory that answers as the GraphQL API is documented: connections in pages, refusals with status 200."""
