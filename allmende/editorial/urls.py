"""Addresses of this room, under `/w/<slug>/`, and the door of reviewers outside."""

from django.urls import path

from allmende.editorial.views import (
    blocks,
    board,
    calendar,
    composer,
    items,
    media,
    plan_changes,
    post_import,
    reviews,
    steps,
)

app_name = "editorial"
urlpatterns = [
    path("calendar/", calendar.index, name="index"),
    path("calendar/ideas/", board.board, name="board"),
    path("calendar/items/<uuid:item_id>/stage/", board.put_card, name="put_card"),
    path("calendar/blocks/", blocks.blocks, name="blocks"),
    path("calendar/blocks/new/", blocks.add_block, name="add_block"),
    path("calendar/blocks/<uuid:block_id>/", blocks.edit_block, name="edit_block"),
    path("calendar/blocks/<uuid:block_id>/archive/", blocks.archive_block, name="archive_block"),
    path("calendar/media/", media.library, name="library"),
    path("calendar/media/<uuid:media_id>/", media.picture, name="picture"),
    path("calendar/import/", post_import.choose, name="choose_posts"),
    path("calendar/import/<uuid:post_import_id>/", post_import.look, name="posts"),
    path("calendar/import/<uuid:post_import_id>/drop/", post_import.drop, name="drop_posts"),
    path("calendar/import/<uuid:post_import_id>/undo/", post_import.undo, name="undo_posts"),
    path("calendar/changes/", plan_changes.changes, name="plan_changes"),
    path("calendar/changes/several/", plan_changes.change_several, name="change_several"),
    path("calendar/changes/<uuid:change_id>/", plan_changes.change, name="plan_change"),
    path("calendar/new/", composer.new, name="new"),
    path("calendar/check/", composer.check_new, name="check_new"),
    path("calendar/items/<uuid:item_id>/", composer.item, name="item"),
    path("calendar/items/<uuid:item_id>/check/", composer.check, name="check"),
    path("calendar/items/<uuid:item_id>/track/", composer.track, name="track"),
    path("calendar/items/<uuid:item_id>/approve/", items.approve_all, name="approve_all"),
    path("calendar/items/<uuid:item_id>/ask/", items.ask, name="ask"),
    path("calendar/approvals/", steps.approvals, name="approvals"),
    path("calendar/items/<uuid:item_id>/steps/", steps.add_step, name="add_step"),
    path("calendar/items/<uuid:item_id>/steps/ask/", steps.ask_steps, name="ask_steps"),
    path("calendar/items/<uuid:item_id>/steps/answer/", steps.answer, name="answer"),
    path("calendar/steps/<int:approval_step_id>/drop/", steps.drop_step, name="drop_step"),
    path("calendar/reviewers/<int:reviewer_id>/link/", steps.review_link, name="review_link"),
    path("calendar/items/<uuid:item_id>/comment/", items.comment, name="comment"),
    path("calendar/items/<uuid:item_id>/duplicate/", items.duplicate, name="duplicate"),
    path("calendar/items/<uuid:item_id>/archive/", items.archive, name="archive"),
    path("calendar/items/<uuid:item_id>/restore/", items.restore, name="restore"),
    path("calendar/variants/<uuid:variant_id>/move/", calendar.move, name="move"),
    path("calendar/variants/<uuid:variant_id>/unmove/", calendar.unmove, name="unmove"),
    path("calendar/variants/<uuid:variant_id>/approve/", items.approve, name="approve"),
    path("calendar/variants/<uuid:variant_id>/schedule/", items.schedule, name="schedule"),
    path("calendar/variants/<uuid:variant_id>/withdraw/", items.withdraw, name="withdraw"),
]
doors = [
    path("guest/review/<str:token>/", reviews.guest_review, name="guest_review"),
    path("guest/review/<str:token>/<uuid:media_id>/", reviews.guest_picture, name="guest_review_picture"),
]
