"""Every change can be taken back: each view that takes a POST offers an undo, or it is said here why it cannot."""

import ast
import inspect

import pytest

from tests.house.test_doors import IN_WORKSPACE, Address

# Views that change something for good or nothing at all, with the reason.
WITHOUT: dict[str, str] = {
    "team.invite": "the link was shown; ending the access takes it back",
    "team.relink": "an earlier link is void from now on, nobody holds it any more",
    "team.undo": "is the undo itself",
    "team.answer_swap": "two people agreed; a further swap takes it back",
    "config.leave": "removes the invented demo for good, after a page that says so",
    "web.appearance": "a switch: pressing the other side takes it back",
    "plan.mark_seen": "remembers a look, changes no plan",
    "plan.short_question": "each answer can be changed on its screen until the plan is in force",
    "plan.start": "opens a draft, which can be discarded with undo",
    "plan.draft": "opens a draft, which can be discarded with undo",
    "plan.lint": "saves nothing",
    "plan.publish": "a published version stands; the next version changes it",
    "plan.close": "everybody was told; a closed plan is altered by no path, and its page says so before",
    "plan.begin_round": "remembers when somebody began; minutes count from there",
    "plan.propose": "colleagues and stakeholders were asked; taking the version back stands beside it",
    "plan.take_back": "makes a draft of a proposal; proposing it again stands beside it",
    "plan.read_second": "an agreement is a person's word; taking the version back stands beside it",
    "plan.agreement_link": "the link was shown; closing the guest's door takes it back, with undo",
    "plan.receipt_link": "the link was shown; closing the guest's door takes it back, with undo",
    "plan.revise": "opens a draft, which can be discarded with undo",
    "plan.revise_for": "opens a draft, which can be discarded with undo",
    "plan.restore": "is the undo of discarding",
    "plan.brief_pdf": "makes a file; asking again makes it anew",
    "members.erase": "erased for good, on purpose; the page says so",
    "plan.erase_candidate": "erased for good, on purpose; the page says so",
    "plan.upload": "a file was read, nothing is in yet; dropping it takes it back",
    "plan.values": "takes in a table, which can be undone whole on its page",
    "plan.drop_values": "an upload is gone; choosing the file again brings it back",
    "plan.undo_values": "is the undo of a table",
    "plan.feed": "the address was shown; closing it stands beside it, with undo",
    "plan.shift_feed": "the address was shown; closing it stands beside it, with undo",
    "editorial.feed": "the address was shown; closing it stands beside it, with undo",
    "editorial.again": "words on their way; the queue takes them back while they wait, the calendar moves them",
    "editorial.say_anew": "the network forgot it with all comments; the page says so before",
    "editorial.approve_words": "an approval is a person's word; changing the words again stands beside it",
    "editorial.drop_words": "a word to a colleague; the words can be proposed again",
    "editorial.add_step": "taking the step out stands beside it",
    "editorial.drop_step": "the step can be added again; answers given are words of persons and stand in the book",
    "editorial.ask_steps": "colleagues were asked; taking the step out stands beside it",
    "editorial.answer": "an answer is a person's word; they can change it while the step is open",
    "editorial.review_link": "the link was shown; closing the guest's door takes it back, with undo",
    "plan.chain_link": "the link was shown; closing the guest's door takes it back, with undo",
    "inbox.moderate": "the author is owed the reasons of what was decided; reversing it stands beside it, with its reason",
    "inbox.moderate_several": "each author is owed the reasons; each decision is reversed by itself, with its reason",
    "config.begin": "ending the drill stands beside it",
    "config.wave": "invented members wrote; the copy goes with what they said",
    "config.end": "the page says before that nobody can bring the copy back",
    "inbox.notice": "whoever reported it was told; an objection is answered beside it",
    "inbox.answer_objection": "whoever objects was told what came of it",
    "inbox.carry_out": "done at the network; reversing the decision takes it back there",
    "inbox.settle_objection": "the author was told or will be; a person's word that ends the objection",
    "inbox.reverse_decision": "the author was told or will be; the same can be decided anew",
    "team.confirm_briefing": "a person's word that they have read it",
    "inbox.tone": "saves nothing",
    "inbox.accept_question": "a person's promise; the answer follows",
    "inbox.decline_question": "a person's word, and the deputy was asked; an answer can still be written down",
    "inbox.take_up_answer": "puts words into a form; nothing leaves before they are sent",
    "inbox.question_link": "the link was shown; closing the guest's door takes it back, with undo",
    "guidelines.check_words": "saves nothing",
    "guidelines.write": "opens a draft, which can be put away with undo",
    "guidelines.edit_guideline": "changes a draft; what is in force stays, and the draft can be put away with undo",
    "guidelines.next_version": "opens a draft, which changes nothing in force",
    "guidelines.hold": "an agreed version stands and people were told; the next version changes it, withdrawing ends it",
    "guidelines.acknowledge": "a person's word that they have read it",
    "guidelines.remind": "people were told",
    "guidelines.guest_link": "the link was shown; closing the guest's door takes it back, with undo",
    "guidelines.reopen_plan": "is the undo of agreeing",
    "guidelines.review_plan": "saying that it fits, with the next day, stands beside it",
    "guidelines.review_date": "the day can be chosen again in the same form",
    "guidelines.draft": "opens a draft, which changes nothing in force",
    "guidelines.agree": "an agreed version stands; the next version changes it",
    "guidelines.open_for_all": "members have seen it open; pausing or closing the channel takes it back",
    "behaviours.revise": "opens a draft, which changes nothing in force and can be put away with undo",
    "behaviours.start": "taking it back stands beside it",
    "behaviours.drop_start": "the day can be noted again in the same form",
    "behaviours.samples": "draws cases; setting them aside, with undo, takes it back",
    "behaviours.sample": "each answer can be changed until the sample is finished; the page says so",
    "behaviours.finish_sample": "what was found stands, so that nobody codes on until it pleases; the page says so before",
    "behaviours.adopt": "a definition in force stands under its version; the next version changes it",
    "api.make": "the token was shown; revoking it takes it back, with undo",
    "stakeholders.compose": "writes a draft, which can be discarded with undo",
    "stakeholders.release": "a released report stays as it went out",
    "stakeholders.link": "the link was shown; closing the guest's door takes it back, with undo",
    "handover.book_pdf": "makes a file; asking again makes it anew",
    "handover.import_book": "keeps a file to look at; putting it away takes it back",
    "handover.drop_book": "the file lies where it came from; choosing it again brings it back",
    "handover.accept_book": "shown before, whole, and read into a community in which nothing stood",
    "team.new_community": "an empty community of one's own, beside the others; nothing else changed",
    "handover.take_back": "is the undo itself; the list hands the duties on again",
    "handover.accept": "ownership changed hands, each with its own line; a handover back gives it back",
    "handover.revoke": "the access ended at the end of a handover; the team's page invites anew",
    "channels.connect": "a log-in at a network; disconnecting takes it back",
    "channels.account": "renews a log-in at a network; the earlier one is void there",
    "channels.call_off_farewell": "the channel stays open; another farewell stands beside it",
    "channels.end_farewell": "listening again stands on the same page",
    "channels.disconnect": "the access key is destroyed at once, on purpose; connecting again needs a new log-in",
    "channels.prove": "a trial that takes its own words back",
    "channels.nightly": "a switch: pressing the other side takes it back",
    "crisis.end_stop": "what was held waits for a person; a new stop stands one button away",
    "channels.resume": "what was paused goes out from now on; a stop stands one button away",
    "channels.settle_several": "as each alone: a person's word, or words on their way, which the queue withdraws",
    "channels.settle": "a person looked at the network and said what they saw",
    "channels.withdraw": "the item stays; scheduling it again takes it back",
    "channels.choose": "a file was read, nothing is in yet; dropping it takes it back",
    "channels.prepare": "starts an import, which can be undone whole on its page",
    "channels.stop_reading": "what was read stays; going on takes it back",
    "channels.go_on": "goes on with an import, which can be undone whole on its page",
    "channels.drop": "an upload is gone; choosing the file again brings it back",
    "channels.undo": "is the undo of an import",
    "hub.reopen": "a switch: ending it again takes it back",
    "editorial.library": "pictures are kept; no member sees them before an item shows them and is approved",
    "editorial.new": "a draft; it can be put away with undo",
    "editorial.item": "a draft's text; its approval is asked again, what was typed before stands in the audit book",
    "editorial.check": "saves nothing",
    "editorial.check_new": "saves nothing",
    "editorial.duplicate": "a draft; it can be put away with undo",
    "editorial.approve": "an approval is a person's word; withdrawing it stands beside it",
    "editorial.approve_all": "an approval is a person's word; withdrawing it stands beside it",
    "editorial.ask": "colleagues were told; answering no takes it back",
    "editorial.comment": "colleagues were told what was said",
    "editorial.withdraw": "is the undo of scheduling",
    "editorial.restore": "is the undo of putting away",
    "editorial.choose": "a file was read, nothing is in yet; dropping it takes it back",
    "editorial.drop": "an upload is gone; choosing the file again brings it back",
    "editorial.undo": "is the undo of an import",
    "behaviours.bring_group_back": "is the undo of putting a group away",
    "members.part": "is the undo of merging; merging the two again stands beside it",
    "members.restore_note": "is the undo of removing a note",
    "members.restore_rule": "is the undo of removing a rule",
    "hub.choose": "only keeps the table to be looked at; it can be dropped there",
    "hub.drop": "an upload is gone; choosing the file again brings it back",
    "hub.undo": "is the undo of an import",
    "hub.put_back": "is the undo of taking back",
    "crisis.take_back": "is the undo of declaring",
    "crisis.log": "what stands in the log stands; a further line puts it right",
    "crisis.level": "people were called; changing it again stands beside it",
    "crisis.rekindle": "is the undo of saying that it is over",
    "crisis.lift": "new posts go out from now on; going up a level stops them again",
    "crisis.close": "a closed incident stands, with what was decided",
    "crisis.adopt_levels": "a proposal that changes nothing by itself; each level is edited with undo",
    "crisis.adopt_statements": "proposals; each can be put away with undo",
    "inbox.begin": "fills a form, saves nothing",
    "inbox.changed": "counts words, saves nothing",
    "inbox.here": "remembers where somebody is, changes no conversation",
    "inbox.take_back": "is the undo of an answer",
}
OFFERS = {"extra_tags", "undo_url", "undo_of"}


def _name(address: Address) -> str:
    view = inspect.unwrap(address.view)
    return f"{view.__module__.split('.')[1]}.{view.__name__}"


def _takes_post(view: object) -> bool:
    """Its decorators let a POST through."""
    source = inspect.getsource(inspect.unwrap(view))  # type: ignore[arg-type]
    head = source[: source.index("\ndef ")] if "\ndef " in source else source[: source.index("def ")]
    return any(word in head for word in ("require_POST", '"POST"', "get_or_post"))


def _offers_undo(view: object) -> bool:
    """It, or a function of its module that it calls, hands out the address of an undo."""
    function = inspect.unwrap(view)  # type: ignore[arg-type]
    module = ast.parse(inspect.getsource(inspect.getmodule(function)))  # type: ignore[arg-type]
    bodies = {one.name: one for one in module.body if isinstance(one, ast.FunctionDef)}
    wanted, seen = [function.__name__], set()
    while wanted:
        body = bodies.get(name := wanted.pop())
        if body is None or name in seen:
            continue
        seen.add(name)
        for node in ast.walk(body):
            called = [node.id] if isinstance(node, ast.Name) else [node.attr] if isinstance(node, ast.Attribute) else []
            if (isinstance(node, ast.keyword) and node.arg in OFFERS) or set(called) & OFFERS:
                return True
            wanted += called
    return False


TAKE_POST = [one for one in IN_WORKSPACE if _takes_post(one.view)]
CHANGING = {_name(one): one for one in TAKE_POST}


def test_views_that_take_a_post_are_found():
    hidden = [_name(one) for one in TAKE_POST if inspect.unwrap(CHANGING[_name(one)].view) != inspect.unwrap(one.view)]
    assert not hidden, "two views of a room bear one name; one of them would go unseen here"
    assert {"inbox.close", "team.settings", "plan.step", "stakeholders.edit"} <= set(CHANGING)
    assert not {"inbox.index", "team.audit_book", "web.today"} & set(CHANGING)


@pytest.mark.parametrize("name", sorted(CHANGING))
def test_a_change_offers_its_undo_or_says_why_not(name):
    offers = _offers_undo(CHANGING[name].view)
    assert offers != (name in WITHOUT), (
        f"{name} offers an undo; take it from the list." if offers else
        f"{name} changes something and offers no undo: messages.success(…, extra_tags=undo_url(…)), or say why not."
    )  # fmt: skip


def test_the_list_names_views_that_exist():
    assert set(WITHOUT) <= set(CHANGING)
