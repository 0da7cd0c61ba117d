"""The discussions of a repository at GitHub by its GraphQL API (docs.github.com/graphql/guides/using-the-graphql-api-for-discussions)."""
