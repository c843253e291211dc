/** What the secretariat's first page shows: everything of every room, one ranking, one series. */
export const dashboardQuery = `query BenchDashboard {
  dashboard(purpose: "bench") {
    asOf
    members { total provincesCovered byState { state members } byKind { kind members } }
    memberSeries(from: "2017-01-01", to: "2026-01-01", every: YEAR) { from members joined left }
    reportFigures(year: 2025) { reported outstanding teachers { value } reformedCourses provincesServed }
    adapters { connected up degraded down silent calls failures responseP95Ms slowest { institution { name } value } }
    adapterRanking(by: RESPONSE_P95, first: 20) { edges { node { rank value institution { id name } } } }
    governance { expiringSeats bodies { kind seatsFilled } openMotions overdueMeetings experts
      servicePoints { kind servicePoints } }
    tasks { open overdue byType { subjectType open overdue daysToClose } }
    taskRanking(by: OVERDUE, first: 20) { edges { node { rank value institution { id name } } } }
    activity { byKind { kind activities institutions } exitCandidates }
    accounts { total { value suppressed } byState { state accounts { value suppressed } } }
    deposits { total byState { state deposits } byCategory { category deposits credits { scheme amount } }
      byAwardYear { year deposits } }
    outcomes { total byState { state outcomes } byKind { kind outcomes } byLevel { level outcomes } courses }
    agreements { total byState { state agreements } expiringSoon pairsConnected
      consumption { scheme consumed reserved } }
  }
}`;

/** The twenty members with the most deposits, with their names. */
export const rankingQuery = `query BenchRanking {
  dashboard(purpose: "bench") { depositRanking(by: BANKED, first: 20) {
    edges { node { rank value institution { id name } } } } }
}`;

/**
 * What somebody would write by hand for the same figures, over the tables themselves: the limit that the dashboard is
 * held against, as a superuser, without rights, audit or graph.
 */
export const byHand: readonly string[] = [
  `select extract(year from joined_on), count(*) from institutions.membership group by 1`,
  `select count(*), sum(teachers), sum(reformed_courses), sum(beneficiaries) from institutions.member_report
   where year = 2025 and state = 'ACCEPTED'`,
  `select health, count(*) from institutions.adapter_health where sampled_at > now() - interval '5 minutes' group by 1`,
  `select institution_id, sum(calls), sum(failures), max(longest_ms) from institutions.adapter_health_day
   where day > current_date - 7 group by 1 order by 4 desc limit 20`,
  `select kind, count(*) from institutions.seat join institutions.body b on b.id = body_id
   where valid_to > now() and valid_to < now() + interval '90 days' group by 1`,
  `select kind, count(*) from institutions.service_point group by 1`,
  `select type, count(*) filter (where closed_at is null), count(*) filter (where closed_at is null and due_at < now()),
     percentile_disc(0.5) within group (order by closed_at - since)
   from institutions.task where closed_at is null or closed_at > now() - interval '90 days' group by 1`,
  `select institution_ids[1], count(*) from institutions.task where closed_at is null and due_at < now()
   group by 1 order by 2 desc limit 20`,
  `select kind, count(*), count(distinct institution_id) from institutions.member_activity
   where occurred_on > now() - interval '3 years' group by 1`,
  `select state, kind, province, count(*) from institutions.membership m join institutions.institution i
     on i.id = m.institution_id group by grouping sets ((state), (kind), (province))`,
  `select state, count(*) from learners.account group by state`,
  `select state, category, credit_scheme, extract(year from awarded_on), count(*), sum(credit_amount)
   from learners.deposit group by grouping sets ((state), (state, category, credit_scheme),
     (state, extract(year from awarded_on)))`,
  `select state, kind, level, count(*) from outcomes.learning_outcome group by grouping sets ((state), (state, kind), (state, level))`,
  `select count(*) from outcomes.course where valid_to is null`,
  `select state, count(*), count(*) filter (where effective_to < now() + interval '90 days')
   from agreements.agreement group by state`,
  `select count(*) from (select distinct a, b from agreements.agreement, unnest(party_ids) a, unnest(party_ids) b
   where a < b and state = 'SIGNED') pair`,
  `select credit_scheme, sum(consumed), sum(reserved) from agreements.deposit_balance group by 1`,
];

/** The same for the ranking. */
export const rankingByHand: readonly string[] = [
  `select i.id, i.name, count(*) from learners.deposit d join institutions.institution i on i.id = d.issuer_id
   where d.state = 'BANKED' group by 1, 2 order by 3 desc, 1 limit 20`,
];
