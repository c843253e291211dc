import { describe, expect, it } from '@jest/globals';
import { createGrantSource } from '../../gateway/security/grant-source.js';
import type { LinkCall } from '../../subgraphs/kit/base/link/link-call.js';
import type { SubgraphResponse } from '../../subgraphs/kit/base/link/subgraph-request.js';

function answering(response: SubgraphResponse) {
  const calls: LinkCall[] = [];
  const source = createGrantSource({
    link: {
      async call(call) {
        calls.push(call);
        return response;
      },
    },
  });
  return { source, calls };
}

describe('the grant source', () => {
  it('asks institutions as a service and never shares a question', async () => {
    const row = {
      id: 'grant_1',
      role: 'REGISTRAR',
      institutionId: 'inst_1',
      from: '2025-01-01T00:00:00Z',
      to: null,
    };
    const { source, calls } = answering({
      data: {
        principalGrants: { epoch: 3, grants: [row, { ...row, id: 'grant_2', role: 'ROLE_OF_TOMORROW' }] },
      },
    });
    expect(await source.grantsOf('person-1')).toEqual({ epoch: 3, grants: [row] });
    await source.grantsOf('person-1');
    expect(calls[0]).toMatchObject({
      subgraph: 'institutions',
      isMutation: false,
      principal: { kind: 'SERVICE' },
    });
    expect(calls[0]?.variables).not.toEqual(calls[1]?.variables);
  });

  it('takes an error or a broken answer as no answer, never as no grants', async () => {
    await expect(
      answering({
        data: { principalGrants: null },
        errors: [{ message: 'x', extensions: { code: 'STORE_UNAVAILABLE' } }],
      }).source.grantsOf('p'),
    ).rejects.toThrow(/STORE_UNAVAILABLE/);
    await expect(answering({ data: { principalGrants: null } }).source.grantsOf('p')).rejects.toThrow(
      /expected object/i,
    );
    await expect(answering({ data: null }).source.grantsOf('p')).rejects.toThrow(/expected object/i);
  });
});
