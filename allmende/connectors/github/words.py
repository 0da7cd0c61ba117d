"""What is said to the GraphQL API, word for word. Every question bears a name."""

_ACTOR = "{ __typename login ... on Node { id } ... on User { name } }"
_DISCUSSION = f"""
fragment Whole on Discussion {{
  __typename id url title body bodyHTML createdAt lastEditedAt locked upvoteCount author {_ACTOR}
  comments {{ totalCount }} reactions {{ totalCount }} category {{ name }}
}}"""
_COMMENT = f"""
fragment Part on DiscussionComment {{
  __typename id url body bodyHTML createdAt lastEditedAt deletedAt isAnswer isMinimized upvoteCount author {_ACTOR}
  replyTo {{ id }} discussion {{ id author {{ ... on Node {{ id }} }} }} reactions {{ totalCount }} replies {{ totalCount }}
}}"""
_PAGE = "pageInfo { hasNextPage endCursor }"

VIEWER = "query Viewer { viewer { id login name } }"
REPOSITORY = """
query Repository($owner: String!, $name: String!) {
  viewer { id login name }
  repository(owner: $owner, name: $name) {
    id nameWithOwner url isPrivate hasDiscussionsEnabled viewerPermission
    discussionCategories(first: 50) { nodes { id name slug } }
  }
}"""
DISCUSSIONS = f"""
query Discussions($owner: String!, $name: String!, $first: Int!, $after: String) {{
  repository(owner: $owner, name: $name) {{
    discussions(first: $first, after: $after, orderBy: {{field: CREATED_AT, direction: DESC}}) {{ {_PAGE} nodes {{ ...Whole }} }}
  }}
}}{_DISCUSSION}"""
# What was opened up to a time: the list itself cannot be asked for that.
SEARCH = f"""
query Search($wanted: String!, $first: Int!, $after: String) {{
  search(query: $wanted, type: DISCUSSION, first: $first, after: $after) {{ {_PAGE} nodes {{ ...Whole }} }}
}}{_DISCUSSION}"""
COMMENTS = f"""
query Comments($id: ID!, $first: Int!, $after: String) {{
  node(id: $id) {{ ... on Discussion {{
    answer {{ id }} answerChosenAt answerChosenBy {_ACTOR}
    comments(first: $first, after: $after) {{
      {_PAGE} nodes {{ ...Part below: replies(first: 50) {{ {_PAGE} nodes {{ ...Part }} }} }}
    }}
  }} }}
}}{_COMMENT}"""
REPLIES = f"""
query Replies($id: ID!, $after: String) {{
  node(id: $id) {{ ... on DiscussionComment {{ replies(first: 100, after: $after) {{ {_PAGE} nodes {{ ...Part }} }} }} }}
}}{_COMMENT}"""
NODE = f"query Node($id: ID!) {{ node(id: $id) {{ ...Whole ...Part }} }}{_DISCUSSION}{_COMMENT}"

CREATE = """
mutation Create($repository: ID!, $category: ID!, $title: String!, $body: String!) {
  createDiscussion(input: {repositoryId: $repository, categoryId: $category, title: $title, body: $body}) {
    said: discussion { id url createdAt }
  }
}"""
ANSWER = """
mutation Answer($discussion: ID!, $above: ID, $body: String!) {
  addDiscussionComment(input: {discussionId: $discussion, replyToId: $above, body: $body}) { said: comment { id url createdAt } }
}"""
EDIT = """
mutation Edit($id: ID!, $title: String!, $body: String!) {
  updateDiscussion(input: {discussionId: $id, title: $title, body: $body}) { clientMutationId }
}"""
EDIT_COMMENT = """
mutation EditComment($id: ID!, $body: String!) {
  updateDiscussionComment(input: {commentId: $id, body: $body}) { clientMutationId }
}"""
ACCEPT = "mutation Accept($id: ID!) { markDiscussionCommentAsAnswer(input: {id: $id}) { clientMutationId } }"
UNACCEPT = "mutation Unaccept($id: ID!) { unmarkDiscussionCommentAsAnswer(input: {id: $id}) { clientMutationId } }"
DELETE = "mutation Delete($id: ID!) { deleteDiscussion(input: {id: $id}) { clientMutationId } }"
DELETE_COMMENT = "mutation DeleteComment($id: ID!) { deleteDiscussionComment(input: {id: $id}) { clientMutationId } }"
MEASURES = {
    "hide": "mutation Hide($id: ID!) { minimizeComment(input: {subjectId: $id, classifier: OFF_TOPIC}) { clientMutationId } }",
    "unhide": "mutation Unhide($id: ID!) { unminimizeComment(input: {subjectId: $id}) { clientMutationId } }",
    "lock": "mutation Lock($id: ID!) { lockLockable(input: {lockableId: $id}) { clientMutationId } }",
    "unlock": "mutation Unlock($id: ID!) { unlockLockable(input: {lockableId: $id}) { clientMutationId } }",
}
