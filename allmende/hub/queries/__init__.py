"""Answers for visitors, feed readers and the team's own screen."""

from allmende.hub.queries.feeds import FEEDS, feed_of, feed_posts, tag_of
from allmende.hub.queries.links import LinkBoard, LinkChoices, LinksBoard, link_board, link_choices, links_board
from allmende.hub.queries.pages import LONGEST_FEED, PAGE, Post, Shown, page_posts, pictures_of, post_page
from allmende.hub.queries.survey import Opinion, Round, open_round, rounds_of
from allmende.hub.queries.team import OwnPage, board_of, pages_of, waiting_comments

__all__ = [
    "FEEDS",
    "LONGEST_FEED",
    "PAGE",
    "LinkBoard",
    "LinkChoices",
    "LinksBoard",
    "Opinion",
    "OwnPage",
    "Post",
    "Round",
    "Shown",
    "board_of",
    "feed_of",
    "feed_posts",
    "link_board",
    "link_choices",
    "links_board",
    "open_round",
    "page_posts",
    "pages_of",
    "pictures_of",
    "post_page",
    "rounds_of",
    "tag_of",
    "waiting_comments",
]
