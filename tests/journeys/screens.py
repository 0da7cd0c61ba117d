"""Every screen of the demo, from the router, and what is looked for on each: what axe finds, sideways scroll, complaints."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from uuid import UUID

from axe_playwright_python.sync_playwright import Axe
from django.urls import URLPattern, URLResolver, get_resolver
from playwright.sync_api import CDPSession, ConsoleMessage, Page

from tests.journeys.conftest import Installation
from tests.journeys.test_still_pages import WATCH
from tools.screenshots import RULES

PLACE = "w/<slug:slug>/"
WORKSPACE = "/w/lotsenforum/"
# Forms in which Enter in a field presses the first of several buttons though it is not the one the form is for.
ENTERED = """() => [...document.forms].flatMap(form => {
    const all = [...form.elements], buttons = all.filter(one => one.type === "submit");
    const fields = all.filter(one => one.tagName === "INPUT"
        && /^(text|date|time|number|email|url|search|tel)$/.test(one.type));
    const ways = new Set(buttons.map(one => `${one.name}=${one.value}`)), first = buttons[0];
    const is_chosen = !first || !first.name || first.matches("[hidden], :disabled, .primary");
    return fields.length && ways.size > 1 && !is_chosen ? [`${fields[0].name} presses ${first.name}=${first.value}`] : [];
})"""
AXE = Axe().axe_script
EVERYTHING = RULES | {"resultTypes": ["violations"]}

EACH_LAYER = """SELECT 'goal', min(key) FROM plan_goal UNION SELECT 'objective', min(key) FROM plan_objective
    UNION SELECT 'strategy', min(key) FROM plan_strategy UNION SELECT 'tactic', min(key) FROM plan_tactic
    UNION SELECT 'step', min(key) FROM plan_step"""
EACH_ITEM = "SELECT item_id FROM editorial_variant v LEFT JOIN channels_dispatch d ON d.id = v.dispatch_id GROUP BY v.state, d.state"
# Whoever spoke last in a conversation.
TALKATIVE = """SELECT i.member_id FROM channels_message m JOIN members_identity i ON i.id = m.identity_id
    WHERE m.author_class = 'member' ORDER BY m.id DESC LIMIT 1"""
# Files, not screens.
NO_SCREENS = {
    "plan/decisions/<uuid:decision_id>/brief/pdf/",
    "handover/book/html/",
    "handover/book/markdown/",
    "handover/book/json/",
    "handover/book/pdf/",
    "media/<uuid:media_id>/",
    # A screen, but the demo has published nothing on a page of its own: tests/hub holds it.
    "pages/posts/<int:said_id>/",
    # A screen, but the plan of the demo lives: tests/plan/test_closing.py holds it.
    "plan/closed/<uuid:plan_id>/",
    "media/<uuid:media_id>/preview/",
    "plan/evidence/upload/<uuid:upload_id>/refused/",
    "reports/<uuid:report_id>/pdf/",
    "links/<uuid:tracked_id>/days/",
    # A fragment for where one chooses a slot: tests/editorial/test_good_times.py holds it.
    "calendar/variants/<uuid:variant_id>/good-times/",
    "content/table/",
    "behaviours/<str:key>/series/",
    "behaviours/<str:key>/file/",
    # Options for whom a text names with @: tests/members/test_screens.py holds them.
    "members/mentions/",
    # Fragments of the editor: tests/behaviours/test_editor.py holds them.
    "behaviours/drafts/<uuid:draft_id>/look/",
    "behaviours/drafts/<uuid:draft_id>/preview/",
    "crisis/<uuid:incident_id>/protocol/table/",
}
# Route -> the real objects it is visited with; one of each state where a screen looks different.
OBJECTS = {
    "crisis/<uuid:incident_id>/": "SELECT id FROM crisis_incident",
    "crisis/<uuid:incident_id>/protocol/": "SELECT id FROM crisis_incident LIMIT 1",
    "crisis/<uuid:incident_id>/level/": "SELECT id FROM crisis_incident LIMIT 1",
    "crisis/<uuid:incident_id>/line/": "SELECT id FROM crisis_incident LIMIT 1",
    "crisis/<uuid:incident_id>/about/": "SELECT id FROM crisis_incident LIMIT 1",
    "crisis/<uuid:incident_id>/facts/new/": "SELECT id FROM crisis_incident LIMIT 1",
    "crisis/<uuid:incident_id>/say/": "SELECT id FROM crisis_incident LIMIT 1",
    "crisis/<uuid:incident_id>/debrief/": "SELECT id FROM crisis_incident",
    "crisis/facts/<uuid:fact_id>/": "SELECT id FROM crisis_fact LIMIT 1",
    "crisis/levels/<int:number>/": "SELECT number FROM guidelines_escalationlevel WHERE number = 4",
    "crisis/statements/<uuid:statement_id>/": "SELECT id FROM crisis_holdingstatement LIMIT 1",
    "behaviours/drafts/<uuid:draft_id>/": "SELECT id FROM behaviours_behaviourdefinition WHERE state = 'draft' LIMIT 1",
    "behaviours/groups/<uuid:segment_id>/": "SELECT id FROM members_segment LIMIT 1",
    "behaviours/<str:key>/": "SELECT key FROM behaviours_behaviourdefinition WHERE state = 'in_force'",
    "behaviours/<str:key>/examples/": "SELECT key FROM behaviours_behaviourdefinition WHERE state = 'in_force' LIMIT 1",
    "behaviours/<str:key>/samples/": "SELECT key FROM behaviours_behaviourdefinition WHERE state = 'in_force' LIMIT 1",
    "behaviours/samples/<uuid:sample_id>/": "SELECT id FROM behaviours_labelsample",
    "calendar/blocks/<uuid:block_id>/": "SELECT id FROM editorial_textblock WHERE archived_at IS NULL LIMIT 1",
    "calendar/changes/<uuid:change_id>/": "SELECT id FROM editorial_planchange",
    "calendar/import/<uuid:post_import_id>/": "SELECT id FROM editorial_postimport",
    "calendar/items/<uuid:item_id>/": EACH_ITEM,
    "calendar/items/<uuid:item_id>/series/": EACH_ITEM + " LIMIT 1",
    "calendar/media/<uuid:media_id>/": "SELECT id FROM channels_media WHERE created_by_id IS NOT NULL LIMIT 1",
    "calendar/good-times/<slug:channel>/": "SELECT slug FROM channels_channel WHERE account_id IS NOT NULL LIMIT 1",
    "calendar/said/<int:published_id>/": """SELECT d.message_id FROM channels_dispatch d JOIN editorial_variant v
        ON v.dispatch_id = d.id WHERE d.state = 'sent' LIMIT 1""",
    "calendar/series/<uuid:series_id>/": "SELECT id FROM editorial_series",
    "calendar/times/<int:occurrence_id>/move/": "SELECT id FROM editorial_occurrence ORDER BY due_at DESC LIMIT 1",
    "calendar/variants/<uuid:variant_id>/move/": """SELECT id FROM editorial_variant WHERE state IN ('draft', 'checked')
        GROUP BY slot_at IS NULL""",
    "channels/<slug:channel>/change/": "SELECT slug FROM channels_channel GROUP BY account_id IS NULL",
    "channels/<slug:channel>/activity/": "SELECT slug FROM channels_channel WHERE account_id IS NOT NULL LIMIT 1",
    "channels/<slug:channel>/farewell/": "SELECT slug FROM channels_channel WHERE account_id IS NOT NULL LIMIT 1",
    "channels/<slug:channel>/prove/": "SELECT slug FROM channels_channel GROUP BY account_id IS NULL",
    "channels/accounts/<uuid:account_id>/": "SELECT id FROM channels_account LIMIT 1",
    "channels/accounts/<uuid:account_id>/disconnect/": "SELECT id FROM channels_account LIMIT 1",
    "channels/connect/<slug:kind>/": "VALUES ('sandbox'), ('mastodon'), ('bluesky')",
    "channels/imports/<uuid:run_id>/": "SELECT id FROM channels_importrun",
    "channels/imports/<uuid:run_id>/prepare/": "SELECT id FROM channels_importrun WHERE state = 'chosen'",
    "written/<uuid:guideline_id>/": "SELECT id FROM guidelines_guideline WHERE archived_at IS NULL",
    "written/<uuid:guideline_id>/edit/": "SELECT id FROM guidelines_guideline WHERE in_force_at IS NULL LIMIT 1",
    "written/<uuid:guideline_id>/rules/new/": "SELECT id FROM guidelines_guideline WHERE in_force_at IS NULL LIMIT 1",
    "written/rules/<int:guideline_rule_id>/": "SELECT id FROM guidelines_guidelinerule LIMIT 1",
    "words/<uuid:word_id>/": "SELECT id FROM guidelines_wordentry LIMIT 1",
    "core-messages/<uuid:message_id>/": "SELECT id FROM guidelines_coremessage LIMIT 1",
    "guidelines/<slug:channel>/": "SELECT slug FROM channels_channel",
    "guidelines/rules/<int:rule_id>/": """SELECT r.id FROM guidelines_reactionrule r JOIN guidelines_reactionplan p
        ON p.id = r.plan_id WHERE p.state = 'draft' LIMIT 1""",
    "guidelines/versions/<uuid:plan_id>/": "SELECT id FROM guidelines_reactionplan",
    "handover/knowledge/<uuid:knowledge_id>/": "SELECT id FROM handover_knowledgenote LIMIT 1",
    "handover/transfers/<uuid:handover_id>/": "SELECT id FROM handover_handover LIMIT 1",
    "handover/transfers/<uuid:handover_id>/duties/": "SELECT id FROM handover_handover LIMIT 1",
    "inbox/said/<int:turn_id>/moderate/": """SELECT m.id FROM channels_message m JOIN inbox_entry e ON e.message_id = m.id
        WHERE m.direction = 'inward' LIMIT 1""",
    "inbox/moderation/<uuid:moderation_id>/": "SELECT id FROM inbox_moderationdecision LIMIT 1",
    "inbox/notices/<uuid:notice_id>/": "SELECT id FROM inbox_publicnotice",
    "inbox/questions/<uuid:inquiry_id>/": "SELECT id FROM inbox_inquiry GROUP BY state",
    "inbox/<uuid:public_id>/care/": "SELECT public_id FROM inbox_conversation WHERE state = 'waiting' LIMIT 1",
    "inbox/<uuid:public_id>/ask/": "SELECT public_id FROM inbox_conversation WHERE state = 'waiting' LIMIT 1",
    "inbox/<uuid:public_id>/forward/": "SELECT public_id FROM inbox_conversation WHERE state = 'waiting' LIMIT 1",
    "inbox/<uuid:public_id>/asked/": "SELECT public_id FROM inbox_conversation WHERE state = 'waiting' LIMIT 1",
    "team/training/<uuid:training_unit_id>/": "SELECT id FROM team_trainingunit LIMIT 1",
    "team/training/<uuid:training_unit_id>/<uuid:person_id>/": """SELECT u.id, p.id FROM team_trainingunit u, team_person p
        WHERE p.workspace_id = u.workspace_id AND p.left_at IS NULL LIMIT 1""",
    "team/profiles/<uuid:profile_id>/": "SELECT id FROM team_roleprofile LIMIT 1",
    "team/profiles/<uuid:profile_id>/edit/": "SELECT id FROM team_roleprofile LIMIT 1",
    "team/people/<uuid:person_id>/skills/": "SELECT id FROM team_person LIMIT 1",
    "briefing/<uuid:person_id>/": "SELECT id FROM team_person LIMIT 1",
    "team/experts/<uuid:expert_id>/": "SELECT id FROM team_expert LIMIT 1",
    "inbox/<uuid:public_id>/": "SELECT public_id FROM inbox_conversation GROUP BY state",
    "inbox/member/<int:member_id>/": TALKATIVE,
    "inbox/said/<int:turn_id>/": """SELECT m.id FROM channels_message m JOIN inbox_entry e ON e.message_id = m.id
        WHERE m.direction = 'outward' LIMIT 1""",
    "inbox/<uuid:public_id>/turns/": "SELECT public_id FROM inbox_conversation WHERE state = 'waiting' LIMIT 1",
    "inbox/<uuid:public_id>/background/": "SELECT public_id FROM inbox_conversation WHERE state = 'waiting' LIMIT 1",
    "inbox/<uuid:public_id>/patterns/": "SELECT public_id FROM inbox_conversation WHERE state = 'waiting' LIMIT 1",
    "inbox/patterns/<uuid:pattern_id>/": "SELECT id FROM inbox_textpattern LIMIT 1",
    "inbox/<uuid:public_id>/assign-by/": "SELECT public_id FROM inbox_conversation WHERE state = 'waiting' LIMIT 1",
    "inbox/<uuid:public_id>/merge/": "SELECT public_id FROM inbox_conversation WHERE state = 'waiting' LIMIT 1",
    "inbox/capability/<slug:channel>/": "SELECT slug FROM channels_channel LIMIT 1",
    "inbox/<uuid:public_id>/similar/": "SELECT public_id FROM inbox_conversation WHERE state = 'waiting' LIMIT 1",
    "links/arrivals/<uuid:arrival_upload_id>/": "SELECT id FROM channels_arrivalupload",
    "links/<uuid:tracked_id>/": "SELECT id FROM channels_trackedlink LIMIT 1",
    "members/<int:member_id>/": TALKATIVE,
    "members/<int:member_id>/merge/": TALKATIVE,
    "members/<int:member_id>/erase/": TALKATIVE,
    "members/erasures/<uuid:erasure_id>/": "SELECT id FROM members_erasure LIMIT 1",
    "pages/<slug:channel>/": """SELECT c.slug FROM channels_channel c JOIN channels_account a ON a.id = c.account_id
        WHERE a.kind = 'page'""",
    "plan/audiences/<uuid:audience_id>/": "SELECT id FROM plan_audience LIMIT 1",
    "plan/audiences/<uuid:audience_id>/edit/": "SELECT id FROM plan_audience LIMIT 1",
    "plan/canvas/<slug:theme>/": "VALUES ('purpose'), ('values')",
    "plan/decisions/<uuid:decision_id>/": "SELECT id FROM plan_decisioncheck",
    "plan/decisions/<uuid:decision_id>/brief/": "SELECT id FROM plan_decisioncheck WHERE kind = 'board_meeting'",
    "plan/decisions/<uuid:decision_id>/edit/": "SELECT id FROM plan_decisioncheck WHERE state = 'submitted'",
    "plan/decisions/new/<slug:kind>/": """VALUES ('conference'), ('resource_request'), ('hiring'), ('board_meeting'),
        ('generic')""",
    "plan/draft/<slug:layer>/<slug:key>/": EACH_LAYER,
    "plan/draft/<slug:layer>/<slug:key>/remove/": EACH_LAYER + " LIMIT 1",
    "plan/draft/<slug:layer>/new/": "VALUES ('goal'), ('objective'), ('strategy'), ('tactic'), ('step')",
    "plan/element/<slug:key>/": """SELECT min(key) FROM plan_goal UNION SELECT key FROM plan_objective
        UNION SELECT min(key) FROM plan_strategy UNION SELECT min(key) FROM plan_tactic""",
    "plan/element/<slug:key>/evidence/": "SELECT min(key) FROM plan_goal UNION SELECT min(key) FROM plan_objective",
    "plan/evidence/upload/<uuid:upload_id>/": "SELECT id FROM plan_evidenceupload",
    "plan/findings/<uuid:finding_id>/": "SELECT id FROM plan_finding GROUP BY decision",
    "plan/judgements/<uuid:judgement_id>/": "SELECT id FROM plan_judgement GROUP BY answer",
    "plan/readiness/<slug:question>/": "VALUES ('decides')",
    "plan/start/short/<slug:question>/": "VALUES ('done')",
    "plan/reviews/<uuid:review_id>/": "SELECT id FROM plan_review GROUP BY state",
    "plan/reviews/<uuid:review_id>/edit/": "SELECT id FROM plan_review WHERE state = 'planned' LIMIT 1",
    "plan/controls/<uuid:control_id>/": "SELECT id FROM plan_control ORDER BY next_date LIMIT 1",
    "plan/controls/<uuid:control_id>/edit/": "SELECT id FROM plan_control LIMIT 1",
    "plan/routines/<uuid:routine_id>/": "SELECT id FROM plan_routine LIMIT 1",
    "plan/routines/<uuid:routine_id>/edit/": "SELECT id FROM plan_routine LIMIT 1",
    "plan/platform-changes/<uuid:change_id>/": "SELECT id FROM plan_platformchange LIMIT 1",
    "plan/events/<uuid:event_id>/": "SELECT id FROM plan_changeevent LIMIT 1",
    "plan/events/<uuid:event_id>/edit/": "SELECT id FROM plan_changeevent LIMIT 1",
    "plan/step/<slug:key>/": "SELECT key FROM plan_step LIMIT 1",
    "plan/step/<slug:key>/move/": """SELECT s.key FROM plan_step s JOIN plan_planversion v ON v.id = s.version_id
        WHERE v.state = 'published' LIMIT 1""",
    "plan/element/<slug:key>/standing/": """SELECT min(t.key) FROM plan_tactic t JOIN plan_planversion v
        ON v.id = t.version_id WHERE v.state = 'published' AND t.state = 'running'""",
    "plan/versions/<int:number>/": "SELECT number FROM plan_planversion WHERE state IN ('published', 'superseded')",
    "reports/<uuid:report_id>/": "SELECT id FROM stakeholders_report",
    "reports/<uuid:report_id>/texts/": "SELECT id FROM stakeholders_report",
    "stakeholders/<uuid:stakeholder_id>/": "SELECT id FROM plan_stakeholder",
    "stakeholders/<uuid:stakeholder_id>/edit/": "SELECT id FROM plan_stakeholder LIMIT 1",
    "team/hours/<uuid:hours_id>/": "SELECT id FROM team_servicehours",
    "team/absences/<uuid:absence_id>/": "SELECT id FROM team_absence LIMIT 1",
    "team/rota/cover/<uuid:requirement_id>/": "SELECT id FROM team_coveragerequirement LIMIT 1",
    "team/rota/rest/<uuid:person_id>/<str:worked>/": """SELECT person_id, date(starts_at) FROM team_shift
        WHERE person_id IS NOT NULL AND strftime('%w', starts_at) = '0' LIMIT 1""",
    "team/rota/shifts/<uuid:shift_id>/": "SELECT id FROM team_shift GROUP BY state",
    "team/rota/shifts/<uuid:shift_id>/put/": "SELECT id FROM team_shift WHERE state = 'confirmed' LIMIT 1",
    "team/units/<uuid:unit_id>/": "SELECT id FROM team_responsibleunit WHERE kind <> 'person' AND archived_at IS NULL",
    "team/people/<uuid:person_id>/": "SELECT id FROM team_person LIMIT 2",
}


@dataclass
class Look:
    """A browser page that remembers what went over the line and what its console said."""

    page: Page
    line: CDPSession
    opened: int = 0
    loaded_bytes: int = 0
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.line.send("Network.enable")
        self.line.send("Network.setCacheDisabled", {"cacheDisabled": True})
        self.line.on("Network.loadingFinished", self._add)
        self.page.on("console", self._keep)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.add_init_script(WATCH)

    def open(self, address: str) -> int:
        """Visit for the first time, as far as the network can tell; returns the status."""
        self.opened += 1
        self.loaded_bytes = 0
        self.complaints.clear()
        answer = self.page.goto(address, wait_until="load")
        self.page.evaluate("document.fonts.ready")
        return answer.status if answer else 0

    def findings(self, rules: dict = EVERYTHING) -> Iterator[str]:
        """What is wrong with the page as it stands."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE)
        for violation in self.page.evaluate("rules => axe.run(rules).then(found => found.violations)", rules):
            for node in violation["nodes"]:
                yield f"{violation['id']} at {' '.join(map(str, node['target']))}"
        for entered in self.page.evaluate(ENTERED):
            yield f"Enter in {entered}"
        wider = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wider > 0:
            yield f"{wider} px wider than the window"

    def _add(self, told: dict) -> None:
        self.loaded_bytes += int(told["encodedDataLength"])

    def _keep(self, said: ConsoleMessage) -> None:
        if said.type in {"error", "warning"}:
            self.complaints.append(said.text)


def screens_of(demo: Installation, page: Page) -> Iterator[str]:
    """Every path under the workspace that answers a visit with a whole page of its own.

    What only takes forms (405) or answers with a piece of a page is none; a route whose objects are unknown fails.
    """
    for route in sorted(set(routes(get_resolver().url_patterns)) - NO_SCREENS):
        for path in paths_of(demo, route):
            answer = page.request.get(demo.origin + path, max_redirects=0)
            if answer.status == 405 or answer.status in (302, 303):
                continue
            assert answer.status == 200, f"{route} answers {answer.status}; does OBJECTS know what to visit it with?"
            if "<html" in answer.text():
                yield path


def routes(patterns: list, before: str = "") -> Iterator[str]:
    """The routes under the workspace, without its address."""
    for one in patterns:
        whole = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from routes(one.url_patterns, whole)
        elif isinstance(one, URLPattern) and whole.startswith(PLACE):
            yield whole.removeprefix(PLACE)


def paths_of(demo: Installation, route: str) -> list[str]:
    """The route filled with real objects of the demo's database."""
    if route not in OBJECTS:
        return [
            WORKSPACE
            + re.sub(
                "<uuid:\\w+>", str(UUID(int=7)), re.sub("<int:\\w+>", "7", re.sub("<(str|slug):\\w+>", "none", route))
            )
        ]
    with closing(sqlite3.connect(f"file:{demo.data / 'allmende.sqlite3'}?mode=ro", uri=True)) as database:
        rows = database.execute(OBJECTS[route]).fetchall()
    assert rows, f"The demo holds nothing to visit {route} with."
    kinds = re.findall(r"<(\w+):\w+>", route)
    paths = []
    for row in rows:
        values = iter(
            str(UUID(value)) if kind == "uuid" else str(value) for kind, value in zip(kinds, row, strict=True)
        )
        paths.append(WORKSPACE + re.sub(r"<\w+:\w+>", lambda _: next(values), route))  # noqa: B023 - used at once
    return paths
