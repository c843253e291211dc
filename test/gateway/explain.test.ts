import { expect, test } from '@jest/globals';
import { explanationText } from '../../gateway/explain/explanation-text.js';
import { explanationForm, type Explanation } from '../../gateway/explain/explanation.js';
import type { GatewayOptions } from '../../gateway/start-gateway.js';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import { anonymous, type Principal, type Role } from '../../subgraphs/kit/base/identity/principal.js';
import type { SubgraphRequest } from '../../subgraphs/kit/base/link/subgraph-request.js';
import { createInProcessTransport } from '../../subgraphs/kit/base/link/in-process-transport.js';
import { until } from './live-fixture.js';
import { ask, handlerOf, startTestGateway, type Answer } from './two-subgraphs.js';

const person = (role: Role | undefined, scopes: readonly string[] = []): Principal => ({
  kind: 'PERSON',
  subject: `subject of ${role ?? 'nobody'}`,
  grants:
    role === undefined
      ? []
      : [{ id: 'grant_1', role, institutionId: null, from: '2026-01-01T00:00:00Z', to: null }],
  scopes,
});

const people: Record<string, Principal> = {
  secretariat: person('SECRETARIAT'),
  operator: person(undefined, ['graph:explain']),
  supervisor: person('SUPERVISOR'),
  learner: person(undefined, ['openid']),
};

const over: Partial<GatewayOptions> = {
  production: true,
  explainScope: 'graph:explain',
  security: {
    authenticate: async (headers) => ({ principal: people[String(headers['authorization'])] ?? anonymous }),
  },
};

const asking = (who: string) => ({ authorization: who, 'x-amrlo-explain': 'plan' });
const query = `query Mine($number: ID!) {
  me { name deposits { remaining } studentRecords { results { grade } } }
  learner(id: $number) { name }
  again: learner(id: "310101199001011234") { deposits { remaining } }
}`;
const variables = { number: '440301198502022345' };

function explanationIn(answer: Answer): Explanation | undefined {
  const extensions = (answer.body as { extensions?: { explain?: unknown } }).extensions;
  return extensions === undefined ? undefined : explanationForm.parse(extensions.explain);
}

test('the secretariat, and holders of the operator’s scope, see the plan with its figures', async () => {
  await using running = await startTestGateway({ over });
  for (const who of ['secretariat', 'operator']) {
    const answer = await ask(running.gateway.url, { query, variables }, { headers: asking(who) });
    const explanation = explanationIn(answer)!;
    expect(explanation.operation).toBe('Mine');
    expect(explanation.requests).toMatchObject({ sent: 2, shared: 0 });
    expect(explanation.plan.cached).toBe(who === 'operator');
    expect(explanation.tree).toMatchObject({
      kind: 'sequence',
      nodes: [
        { kind: 'request', subgraph: 'learners' },
        { kind: 'request', subgraph: 'records', outcome: 'SENT' },
      ],
    });
    const text = explanationText(explanation);
    expect(text).toMatch(/^Mine: [\d.]+ ms, plan/);
    expect(text).toContain('records, at ');
  }
});

test('everybody else gets the answer that they get without asking, byte for byte', async () => {
  await using running = await startTestGateway({ over });
  for (const who of ['supervisor', 'learner', 'nobody']) {
    const headers = { authorization: who };
    const plain = await ask(running.gateway.url, { query, variables }, { headers });
    const asked = await ask(running.gateway.url, { query, variables }, { headers: asking(who) });
    expect(asked.text).toBe(plain.text);
    expect(asked.text).not.toContain('explain');
    const told = (answer: Answer) =>
      [...answer.headers].filter(([name]) => name !== 'x-request-id' && name !== 'date');
    expect(told(asked)).toEqual(told(plain));
  }
});

test('who may see it and does not ask, or asks for something else, gets none', async () => {
  await using running = await startTestGateway({ over });
  for (const more of [{}, { 'x-amrlo-explain': 'data' }, { 'x-amrlo-explain': '' }]) {
    const headers = { authorization: 'secretariat', ...more } as Record<string, string>;
    const answer = await ask(running.gateway.url, { query, variables }, { headers });
    expect(answer.body).not.toHaveProperty('extensions');
  }
});

test('neither values of variables nor data nor marks made of arguments are in a plan, also where something failed', async () => {
  await using running = await startTestGateway({
    over,
    behaviour: {
      failingSchool: { institutionId: 'a', error: new AmrloError('SCHOOL_TIMEOUT', { institution: '甲校' }) },
    },
  });
  const answer = await ask(running.gateway.url, { query, variables }, { headers: asking('secretariat') });
  const text = JSON.stringify(explanationIn(answer));
  for (const secret of [
    '440301198502022345',
    '310101199001011234',
    '王小明',
    'subject of',
    '甲校',
    'course of',
  ])
    expect(text).not.toContain(secret);
  expect(text).not.toMatch(/__[0-9a-f]{12}/);
  expect(text).toContain('me.studentRecords.@');
});

test('a request that shared the answer of another, and one that failed, say so', async () => {
  let arrived = (): void => undefined;
  let letGo = (): void => undefined;
  const begun = new Promise<void>((resolve) => (arrived = resolve));
  const held = new Promise<void>((resolve) => (letGo = resolve));
  let shared = 0;
  await using running = await startTestGateway({
    over,
    shared: () => (shared += 1),
    behaviour: {
      async before(subgraph) {
        if (subgraph === 'records') throw new AmrloError('UPSTREAM_UNAVAILABLE', { subgraph });
        arrived();
        await held;
      },
    },
  });
  const mine = { query: '{ me { deposits { remaining } } }' };
  const first = ask(running.gateway.url, mine, { headers: asking('secretariat') });
  await begun;
  const second = ask(running.gateway.url, mine, { headers: asking('secretariat') });
  await until(() => shared === 1);
  letGo();
  const explanations = [explanationIn(await first)!, explanationIn(await second)!];
  expect(explanations[0]?.requests.shared).toBe(0);
  expect(JSON.stringify(explanations[1]?.tree)).toContain('"outcome":"SHARED"');
  expect(JSON.stringify(explanations[0]?.tree)).toContain('"failed":"UPSTREAM_UNAVAILABLE"');
});

test('a subgraph’s report is asked for only by a plan, and of it nothing passes but what is known', async () => {
  const requests: SubgraphRequest[] = [];
  const records = handlerOf('records');
  await using running = await startTestGateway({
    over,
    subgraphs: {
      records: {
        transport: createInProcessTransport('records', async (request) => {
          requests.push(request);
          const school = { institutionId: 'inst_1', ms: 3, asked: true, rows: 1, copies: 0 };
          return {
            ...(await records(request)),
            extensions: {
              report: {
                schools: [{ ...school, name: '王小明' }, { ...school, institutionId: '310101 1990' }, 7],
              },
            },
          };
        }),
      },
    },
  });
  const body = { query: '{ me { studentRecords { programme } } }' };
  const plain = await ask(running.gateway.url, body, { headers: { authorization: 'secretariat' } });
  expect(plain.text).not.toContain('inst_1');
  expect(requests[0]?.reportWanted).toBeUndefined();
  const answer = await ask(running.gateway.url, body, { headers: asking('secretariat') });
  expect(requests[1]?.reportWanted).toBe(true);
  const text = JSON.stringify(explanationIn(answer));
  expect(text).toContain('"schools":[{"institutionId":"inst_1","ms":3,"asked":true,"rows":1,"copies":0}]');
  expect(text).not.toContain('王小明');
  expect(explanationText(explanationIn(answer)!)).toContain(
    'school inst_1: 1 rows, asked, 0 from copies, 3 ms',
  );
});

test('where nothing may be read, nothing was asked, and the plan says that', async () => {
  await using running = await startTestGateway({ over: { ...over, security: 'off', production: false } });
  const answer = await ask(running.gateway.url, { query: '{ __typename }' }, { headers: asking('nobody') });
  expect(explanationIn(answer)).toMatchObject({ tree: null, requests: { sent: 0 } });
  expect(explanationText(explanationIn(answer)!)).toContain('no subgraph was asked');
});
