"""SQL for DuckDB as somebody writes it who knows both the question and the engine: one statement a definition, over the same files.

Each gives month, complete, censored, left_out, successes, people and times, and what its form says beyond: seconds of exposure
(F3); median and 90th percentile in microseconds (F4, after Kaplan-Meier); again and again_of (F5); factor (F6).
"""

from benches._windows import in_microseconds
from benches.definitions import FIRST_ANSWER_SQL, NEWCOMERS_SQL

MONTHS = """
WITH months AS MATERIALIZED (
    SELECT month, month AT TIME ZONE $zone AS begins, (month + INTERVAL 1 MONTH) AT TIME ZONE $zone AS ends
    FROM generate_series(TIMESTAMP '2022-12-01', TIMESTAMP '2026-01-01', INTERVAL 1 MONTH) calendar(month)
), seen AS NOT MATERIALIZED (
    SELECT * FROM read_parquet($paths) WHERE deleted_at IS NULL AND occurred_at <= $as_of
)"""
ROOTS = """, roots AS NOT MATERIALIZED (
    SELECT thread_id, actor, occurred_at AS asked_at FROM seen
    WHERE is_root AND act = 'asked' AND actor_class = 'member'
)"""
ANSWERED_SQL = f"""{MONTHS}{ROOTS}, totals AS (
    SELECT month,
           count(*) FILTER (WHERE asked_at <= $as_of - INTERVAL 24 HOUR) AS complete,
           count(*) FILTER (WHERE asked_at > $as_of - INTERVAL 24 HOUR) AS censored
    FROM roots JOIN months ON asked_at >= begins AND asked_at < ends GROUP BY 1
), done AS (
    SELECT month, count(DISTINCT thread_id) AS successes, count(DISTINCT seen.actor) AS people, count(*) AS times
    FROM seen JOIN roots USING (thread_id) JOIN months ON asked_at >= begins AND asked_at < ends
    WHERE act = 'answered' AND actor_class = 'member' AND seen.actor IS DISTINCT FROM roots.actor
      AND occurred_at > asked_at AND occurred_at < asked_at + INTERVAL 24 HOUR
      AND asked_at <= $as_of - INTERVAL 24 HOUR
    GROUP BY 1
)
SELECT month, complete, censored, 0, coalesce(successes, 0), coalesce(people, 0), coalesce(times, 0)
FROM totals LEFT JOIN done USING (month) ORDER BY month
"""
# How long a question waits for another member; who waits still is at risk until now.
WAITS_SQL = f"""{MONTHS}{ROOTS}, firsts AS (
    SELECT thread_id, min(occurred_at) AS done_at, arg_min(seen.actor, position) AS doer
    FROM seen JOIN roots USING (thread_id)
    WHERE act = 'answered' AND actor_class = 'member' AND seen.actor IS DISTINCT FROM roots.actor
      AND occurred_at > asked_at AND occurred_at < asked_at + INTERVAL 168 HOUR
    GROUP BY 1
), timed AS MATERIALIZED (
    SELECT month, asked_at, done_at IS NOT NULL AS is_done, doer,
           epoch_us(coalesce(done_at, least(asked_at + INTERVAL 168 HOUR, $as_of))) - epoch_us(asked_at) AS waited
    FROM roots LEFT JOIN firsts USING (thread_id) JOIN months ON asked_at >= begins AND asked_at < ends
), totals AS (
    SELECT month, count(*) FILTER (is_done OR asked_at <= $as_of - INTERVAL 168 HOUR) AS complete, count(*) AS units,
           count(*) FILTER (is_done) AS successes, count(DISTINCT doer) AS people
    FROM timed GROUP BY 1
), at_once AS (
    SELECT month, waited, count(*) AS units, count(*) FILTER (is_done) AS done FROM timed GROUP BY 1, 2
), at_risk AS (
    SELECT month, waited, done, sum(units) OVER (PARTITION BY month ORDER BY waited DESC) AS risk FROM at_once
), curve AS (
    SELECT month, waited, done, 1 - product(1 - done / risk) OVER (PARTITION BY month ORDER BY waited) AS share FROM at_risk
), times AS (
    SELECT month, min(waited) FILTER (share >= 0.5 - 1e-9) AS middle, min(waited) FILTER (share >= 0.9 - 1e-9) AS ninety
    FROM curve WHERE done > 0 GROUP BY 1
)
SELECT month, complete, units - complete, 0, successes, people, successes, middle, ninety
FROM totals LEFT JOIN times USING (month) ORDER BY month
"""
STAYS_SQL = NEWCOMERS_SQL.replace(
    "occurred_at > first_at AND", "occurred_at >= first_at + INTERVAL 720 HOUR AND"
).replace("30 DAY", "60 DAY")
# In at least three of the five months that follow the first.
REGULAR_SQL = (
    NEWCOMERS_SQL.replace("occurred_at > first_at AND", "occurred_at >= first_at + INTERVAL 720 HOUR AND")
    .replace("30 DAY", "180 DAY")
    .replace(
        "GROUP BY actor\n), totals",
        "GROUP BY actor"
        " HAVING count(DISTINCT (epoch_us(occurred_at) - epoch_us(first_at)) // 2_592_000_000_000) >= 3\n), totals",
    )
)
FIRST_POST_SQL = f"""{MONTHS}, firsts AS (
    SELECT actor, min(occurred_at) AS first_at, min(position) AS first_position, arg_min(thread_id, position) AS thread_id,
           min(position) FILTER (WHERE actor_class = 'member') AS member_position
    FROM seen WHERE actor IS NOT NULL AND kind = 'message' GROUP BY actor
), posts AS MATERIALIZED (
    SELECT month, firsts.actor AS owner, first_at, thread_id FROM firsts JOIN months ON first_at >= begins AND first_at < ends
    WHERE first_position = member_position
), totals AS (
    SELECT month,
           count(*) FILTER (WHERE first_at <= $as_of - INTERVAL 24 HOUR AND first_at >= $begins_at + INTERVAL 24 HOUR) AS complete,
           count(*) FILTER (WHERE first_at > $as_of - INTERVAL 24 HOUR AND first_at >= $begins_at + INTERVAL 24 HOUR) AS censored,
           count(*) FILTER (WHERE first_at < $begins_at + INTERVAL 24 HOUR) AS left_out
    FROM posts GROUP BY 1
), done AS (
    SELECT month, count(DISTINCT owner) AS successes, count(DISTINCT actor) AS people, count(*) AS times
    FROM seen JOIN posts USING (thread_id)
    WHERE act IN ('answered', 'commented') AND actor_class = 'member' AND actor IS DISTINCT FROM owner
      AND occurred_at > first_at AND occurred_at < first_at + INTERVAL 24 HOUR
      AND first_at <= $as_of - INTERVAL 24 HOUR AND first_at >= $begins_at + INTERVAL 24 HOUR
    GROUP BY 1
)
SELECT month, complete, censored, left_out, coalesce(successes, 0), coalesce(people, 0), coalesce(times, 0)
FROM totals LEFT JOIN done USING (month) ORDER BY month
"""
# Who answered how often in a month: those there are members, what counts is by whoever is neither staff nor bot.
BY_PERSON = f"""{MONTHS}, by_person AS MATERIALIZED (
    SELECT month, actor, count(*) FILTER (actor_class NOT IN ('staff', 'bot')) AS times, begins, ends
    FROM seen JOIN months ON occurred_at >= begins AND occurred_at < ends
    WHERE act = 'answered' AND actor IS NOT NULL
    GROUP BY month, actor, begins, ends HAVING bool_or(actor_class = 'member')
), totals AS (
    SELECT month, count(*) FILTER (ends <= $as_of AND begins >= $begins_at) AS complete,
           count(*) FILTER (ends > $as_of AND begins >= $begins_at) AS censored,
           count(*) FILTER (begins < $begins_at) AS left_out
    FROM by_person GROUP BY 1
), done AS MATERIALIZED (
    SELECT month, actor, times FROM by_person WHERE times >= $least AND ends <= $as_of AND begins >= $begins_at
), sums AS (
    SELECT month, count(*) AS successes, sum(times) AS times FROM done GROUP BY 1
)"""
HELPERS_SQL = f"""{BY_PERSON.replace("$least", "5")}, over AS (
    SELECT month FROM totals WHERE complete > 0
), again AS (
    SELECT one.month, count(*) AS again_of, count(next.actor) AS again
    FROM done one SEMI JOIN over ON over.month = one.month + INTERVAL 1 MONTH
    LEFT JOIN done next ON next.actor = one.actor AND next.month = one.month + INTERVAL 1 MONTH GROUP BY 1
)
SELECT month, complete, censored, left_out, coalesce(successes, 0), coalesce(successes, 0), coalesce(times, 0), again, again_of
FROM totals LEFT JOIN sums USING (month) LEFT JOIN again USING (month) ORDER BY month
"""
SHOULDERS_SQL = f"""{BY_PERSON.replace("$least", "1")}, reached AS (
    SELECT month, times, sum(times) OVER (PARTITION BY month) AS whole,
           sum(times) OVER (PARTITION BY month ORDER BY times DESC, actor ROWS UNBOUNDED PRECEDING) AS reached FROM done
), factors AS (
    SELECT month, count(*) FILTER ((reached - times) * 2 < whole) AS factor FROM reached GROUP BY 1
)
SELECT month, complete, censored, left_out, coalesce(successes, 0), coalesce(successes, 0), coalesce(times, 0), factor
FROM totals LEFT JOIN sums USING (month) LEFT JOIN factors USING (month) ORDER BY month
"""
# Answers for each second since somebody's first: who answered once is there in every month from then on.
RATE_SQL = f"""{MONTHS}, first AS MATERIALIZED (
    SELECT actor, min(occurred_at) AS since FROM seen
    WHERE act = 'answered' AND actor_class = 'member' AND actor IS NOT NULL GROUP BY 1
), there AS (
    SELECT month, any_value(begins) AS begins, any_value(ends) AS ends, count(*) AS units,
           sum(epoch(least(ends, TIMESTAMPTZ '9999-12-01'))::BIGINT - floor(epoch(greatest(since, begins)))::BIGINT) AS exposure
    FROM first JOIN months ON since < ends AND begins <= $as_of AND ends > $begins_at GROUP BY 1
), done AS (
    SELECT month, count(DISTINCT actor) AS people, count(*) AS times
    FROM seen JOIN first USING (actor) JOIN months ON occurred_at >= begins AND occurred_at < ends
    WHERE act = 'answered' AND actor_class NOT IN ('staff', 'bot') AND occurred_at >= since
      AND ends <= $as_of AND begins >= $begins_at GROUP BY 1
)
SELECT month, CASE WHEN ends <= $as_of AND begins >= $begins_at THEN units ELSE 0 END,
       CASE WHEN ends > $as_of AND begins >= $begins_at THEN units ELSE 0 END,
       CASE WHEN begins < $begins_at THEN units ELSE 0 END,
       coalesce(people, 0), coalesce(people, 0), coalesce(times, 0),
       CASE WHEN ends <= $as_of AND begins >= $begins_at THEN exposure ELSE 0 END
FROM there LEFT JOIN done USING (month) ORDER BY month
"""


def within(sql: str, hours: int) -> str:
    """The same for another window of a question."""
    return sql.replace("24 HOUR", f"{hours} HOUR")


__all__ = [
    "ANSWERED_SQL", "FIRST_ANSWER_SQL", "FIRST_POST_SQL", "HELPERS_SQL", "NEWCOMERS_SQL", "RATE_SQL", "REGULAR_SQL",
    "SHOULDERS_SQL", "STAYS_SQL", "WAITS_SQL", "in_microseconds", "within",
]  # fmt: skip
