"""What the database itself refuses: other words under an approval, a text whose steps are not answered, one that is paused."""

from collections.abc import Iterator

from allmende.team.migrations._barriers import Barriers, names_leave, refusal, trigger_function
from allmende.team.migrations._letting_go import STANDS

BOUND = "('approved', 'handed_over')"
WORDS = "the words of an approved text cannot be changed; take the approval back first"
STEPS = "a text cannot be approved or scheduled before all steps of its approval are answered"
PAUSED = "a paused text cannot stand in the queue unpaused"
ANSWER = "an answer to an approval cannot be changed"
TABLES = ("editorial_variant", "editorial_item", "editorial_itemmedia", "editorial_answer", "editorial_variantpart", "editorial_partpicture",
    "channels_dispatch", "members_erasure", "team_workspace.rests_since")

STEPS_ASIDE = f"WHEN ({STANDS})"


def _is_open(variant: str) -> str:
    """Is there a step of the text's item whose rule the standing answers to exactly its words do not fulfil?"""
    yes = f"""EXISTS (SELECT 1 FROM editorial_answer a WHERE a.reviewer_id = r.id AND a.variant_id = {variant}.id
        AND a.answer = 'approved' AND a.taken_back_at IS NULL AND a.words_hash = {variant}.approved_hash)"""  # noqa: S608
    said = f"SELECT 1 FROM editorial_reviewer r WHERE r.step_id = s.id AND {yes}"  # noqa: S608
    missing = f"SELECT 1 FROM editorial_reviewer r WHERE r.step_id = s.id AND NOT {yes}"  # noqa: S608
    return f"""EXISTS (SELECT 1 FROM editorial_approvalstep s WHERE s.item_id = {variant}.item_id
        AND (NOT EXISTS ({said}) OR (s.rule = 'all' AND EXISTS ({missing}))))"""  # noqa: S608


def _is_bound(item: str) -> str:
    """Has the item a text that is approved and not out yet?"""
    return f"""EXISTS (SELECT 1 FROM editorial_variant v LEFT JOIN channels_dispatch d ON d.id = v.dispatch_id
        WHERE v.item_id = {item} AND v.state IN {BOUND} AND (d.id IS NULL OR d.state <> 'sent'))"""  # noqa: S608


def _holds_parts(variant: str) -> str:
    """Is the text with this id approved, so that what follows it is too?"""
    return f"EXISTS (SELECT 1 FROM editorial_variant v WHERE v.id = {variant} AND v.state IN {BOUND})"  # noqa: S608


def _holds_pictures(part: str) -> str:
    """Does the part with this id follow an approved text, so that its pictures are approved too?"""
    return f"""EXISTS (SELECT 1 FROM editorial_variantpart p JOIN editorial_variant v ON v.id = p.variant_id
        WHERE p.id = {part} AND v.state IN {BOUND})"""  # noqa: S608


def _names_leave(variant: str, words: str) -> str:
    """May the name of somebody who is being forgotten leave these words? Once they are out; before, they stay as approved."""
    row = f"FROM editorial_variant v JOIN channels_dispatch d ON d.id = v.dispatch_id WHERE v.id = {variant}"
    workspace = f"(SELECT v.workspace_id FROM editorial_variant v WHERE v.id = {variant})"  # noqa: S608
    return f"(EXISTS (SELECT 1 {row} AND d.state = 'sent') AND {names_leave(words, workspace)})"  # noqa: S608


_OTHER_WORDS = f"""OLD.state IN {BOUND} AND NEW.state IN {BOUND} AND OLD.approved_hash = NEW.approved_hash
    AND ((OLD.text <> NEW.text AND NOT {_names_leave("OLD.id", "NEW.text")}) OR OLD.item_id <> NEW.item_id OR OLD.channel_id <> NEW.channel_id)"""
_PART_LOSES_NAMES = " AND ".join((
    *(f"NEW.{name} = OLD.{name}" for name in ("id", "variant_id", "place", "kind")),
    _names_leave("OLD.variant_id", "NEW.text"),
))  # fmt: skip
_ANSWER_LOSES_NAMES = names_leave(
    "NEW.words", "(SELECT v.workspace_id FROM editorial_variant v WHERE v.id = NEW.variant_id)"
)
_MOVES_ON = "(OLD.state <> NEW.state OR OLD.approved_hash <> NEW.approved_hash OR {other})"
_UNAPPROVED = f"""NEW.state = 'speaking' AND OLD.state <> 'speaking' AND EXISTS (SELECT 1 FROM editorial_variant v
    WHERE v.dispatch_id = COALESCE(NEW.head_id, NEW.id) AND (v.state <> 'handed_over' OR v.paused_at IS NOT NULL OR {_is_open("v")}))"""  # noqa: S608

_UNPAUSED = """NEW.paused_at IS NOT NULL AND EXISTS (SELECT 1 FROM channels_dispatch d
    WHERE d.id = NEW.dispatch_id AND d.paused_at IS NULL AND d.state IN ('waiting', 'held'))"""


def _sqlite() -> Iterator[str]:
    moves_on = _MOVES_ON.format(other="OLD.dispatch_id IS NOT NEW.dispatch_id")
    words, steps = (f"BEGIN SELECT RAISE(ABORT, '{text}'); END" for text in (WORDS, STEPS))
    yield f"CREATE TRIGGER editorial_variant_words BEFORE UPDATE ON editorial_variant WHEN {_OTHER_WORDS} {words}"
    yield f"""CREATE TRIGGER editorial_variant_steps BEFORE UPDATE ON editorial_variant
        WHEN NEW.state IN {BOUND} AND {moves_on} AND {_is_open("NEW")} {steps}"""
    yield f"""CREATE TRIGGER editorial_variant_begins BEFORE INSERT ON editorial_variant
        WHEN NEW.state IN {BOUND} AND {_is_open("NEW")} {steps}"""
    yield f"""CREATE TRIGGER editorial_item_words BEFORE UPDATE OF title ON editorial_item
        WHEN OLD.title <> NEW.title AND {_is_bound("OLD.id")} {words}"""
    yield f"""CREATE TRIGGER editorial_media_added BEFORE INSERT ON editorial_itemmedia
        WHEN {_is_bound("NEW.item_id")} {words}"""
    yield f"""CREATE TRIGGER editorial_media_changed BEFORE UPDATE ON editorial_itemmedia
        WHEN {_is_bound("OLD.item_id")} OR {_is_bound("NEW.item_id")} {words}"""
    yield f"""CREATE TRIGGER editorial_media_dropped BEFORE DELETE ON editorial_itemmedia
        WHEN {_is_bound("OLD.item_id")} {words}"""
    yield f"""CREATE TRIGGER editorial_part_added BEFORE INSERT ON editorial_variantpart
        WHEN {_holds_parts("NEW.variant_id")} {words}"""
    yield f"""CREATE TRIGGER editorial_part_changed BEFORE UPDATE ON editorial_variantpart
        WHEN ({_holds_parts("OLD.variant_id")} OR {_holds_parts("NEW.variant_id")}) AND NOT ({_PART_LOSES_NAMES}) {words}"""
    yield f"""CREATE TRIGGER editorial_part_dropped BEFORE DELETE ON editorial_variantpart
        WHEN {_holds_parts("OLD.variant_id")} {words}"""
    yield f"""CREATE TRIGGER editorial_part_picture_added BEFORE INSERT ON editorial_partpicture
        WHEN {_holds_pictures("NEW.part_id")} {words}"""
    yield f"""CREATE TRIGGER editorial_part_picture_changed BEFORE UPDATE ON editorial_partpicture
        WHEN {_holds_pictures("OLD.part_id")} OR {_holds_pictures("NEW.part_id")} {words}"""
    yield f"""CREATE TRIGGER editorial_part_picture_dropped BEFORE DELETE ON editorial_partpicture
        WHEN {_holds_pictures("OLD.part_id")} {words}"""
    same = " AND ".join(
        f"NEW.{name} IS OLD.{name}"
        for name in ("id", "reviewer_id", "variant_id", "answer", "words_hash", "name", "answered_at")
    )
    same += f" AND (NEW.words IS OLD.words OR {_ANSWER_LOSES_NAMES})"
    yield f"""CREATE TRIGGER editorial_answer_kept BEFORE UPDATE ON editorial_answer
        WHEN (OLD.taken_back_at IS NOT NULL AND NOT {_ANSWER_LOSES_NAMES}) OR NOT ({same}) BEGIN SELECT RAISE(ABORT, '{ANSWER}'); END"""
    for verb in ("INSERT", "UPDATE"):
        yield f"""CREATE TRIGGER editorial_paused_{verb.lower()} BEFORE {verb} ON editorial_variant
            WHEN {_UNPAUSED} BEGIN SELECT RAISE(ABORT, '{PAUSED}'); END"""
    # Not an error: the claim takes this one row not, and the queue goes on with the next.
    yield f"""CREATE TRIGGER editorial_claim BEFORE UPDATE OF state ON channels_dispatch
        WHEN {_UNAPPROVED} BEGIN SELECT RAISE(IGNORE); END"""


def _postgresql() -> Iterator[str]:
    moves_on = _MOVES_ON.format(other="OLD.dispatch_id IS DISTINCT FROM NEW.dispatch_id")
    steps = refusal(f"NEW.state IN {BOUND} AND {moves_on} AND {_is_open('NEW')}", STEPS)
    yield trigger_function("editorial_variant_kept", f"{refusal(_OTHER_WORDS, WORDS)} {steps} RETURN NEW;")
    begins = refusal(f"NEW.state IN {BOUND} AND {_is_open('NEW')}", STEPS)
    yield trigger_function("editorial_variant_begins", f"{begins} RETURN NEW;")
    yield trigger_function("editorial_item_kept", refusal(_is_bound("OLD.id"), WORDS) + " RETURN NEW;")
    media = f"""IF TG_OP <> 'INSERT' THEN {refusal(_is_bound("OLD.item_id"), WORDS)} END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; {refusal(_is_bound("NEW.item_id"), WORDS)} RETURN NEW;"""
    yield trigger_function("editorial_media_kept", media)
    part = f"""IF TG_OP = 'UPDATE' THEN IF {_PART_LOSES_NAMES} THEN RETURN NEW; END IF; END IF;
        IF TG_OP <> 'INSERT' THEN {refusal(_holds_parts("OLD.variant_id"), WORDS)} END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; {refusal(_holds_parts("NEW.variant_id"), WORDS)} RETURN NEW;"""
    yield trigger_function("editorial_part_kept", part)
    picture = f"""IF TG_OP <> 'INSERT' THEN {refusal(_holds_pictures("OLD.part_id"), WORDS)} END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; {refusal(_holds_pictures("NEW.part_id"), WORDS)} RETURN NEW;"""
    yield trigger_function("editorial_part_picture_kept", picture)
    left = "- 'taken_back_at' - 'words'"
    answer = f"""(OLD.taken_back_at IS NOT NULL OR NEW.words <> OLD.words) AND NOT {_ANSWER_LOSES_NAMES}
        OR to_jsonb(NEW) {left} <> to_jsonb(OLD) {left}"""
    yield trigger_function("editorial_answer_kept", f"{refusal(answer, ANSWER)} RETURN NEW;")
    yield trigger_function("editorial_paused", f"{refusal(_UNPAUSED, PAUSED)} RETURN NEW;")
    yield trigger_function("editorial_claim", f"IF {_UNAPPROVED} THEN RETURN NULL; END IF; RETURN NEW;")
    for trigger, when in (
        ("editorial_variant_kept", "BEFORE UPDATE ON editorial_variant FOR EACH ROW"),
        ("editorial_variant_begins", "BEFORE INSERT ON editorial_variant FOR EACH ROW"),
        ("editorial_item_kept", "BEFORE UPDATE ON editorial_item FOR EACH ROW WHEN (OLD.title <> NEW.title)"),
        ("editorial_media_kept", f"BEFORE INSERT OR UPDATE OR DELETE ON editorial_itemmedia FOR EACH ROW {STEPS_ASIDE}"),
        ("editorial_part_kept", f"BEFORE INSERT OR UPDATE OR DELETE ON editorial_variantpart FOR EACH ROW {STEPS_ASIDE}"),
        (
            "editorial_part_picture_kept",
            f"BEFORE INSERT OR UPDATE OR DELETE ON editorial_partpicture FOR EACH ROW {STEPS_ASIDE}",
        ),
        ("editorial_answer_kept", "BEFORE UPDATE ON editorial_answer FOR EACH ROW"),
        ("editorial_paused", "BEFORE INSERT OR UPDATE ON editorial_variant FOR EACH ROW"),
        ("editorial_claim", "BEFORE UPDATE OF state ON channels_dispatch FOR EACH ROW WHEN (NEW.state = 'speaking')"),
    ):
        yield f"CREATE TRIGGER {trigger} {when} EXECUTE FUNCTION {trigger}()"


BARRIERS = Barriers("editorial", TABLES, _sqlite, _postgresql)
