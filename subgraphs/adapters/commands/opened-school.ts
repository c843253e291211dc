import { systemClock } from '../../kit/base/clock.js';
import { createSigner, createVerifier } from '../../kit/base/identity/assertion.js';
import { servicePrincipal } from '../../kit/base/identity/principal.js';
import type { SubgraphResponse } from '../../kit/base/link/subgraph-request.js';
import { adapterAudience } from '../../records/contract.js';
import { createAdapter } from '../kit/create-adapter.js';
import type { DeliveryReport, SchoolAddress } from '../kit/driver-parts.js';
import type { ReadContext, RecordsDriver } from '../kit/driver.js';
import { createDriver } from '../school-drivers.js';
import { institutionIdOf, type SchoolFile } from '../school-file.js';

/** A school opened by an engineer: its driver for the raw rows and its adapter for what the graph would get. */
export interface OpenedSchool {
  readonly institutionId: string;
  readonly declared: SchoolFile;
  readonly driver: RecordsDriver;
  /** What became of the deliveries that were looked at, for a driver that takes deliveries. */
  readonly deliveries: readonly DeliveryReport[];
  /** How long one question may take. */
  context(): ReadContext;
  /** Asks the adapter as the records router would. */
  ask(representations: readonly object[], selection: string): Promise<SubgraphResponse>;
  close(): Promise<void>;
}

/** Opens a school for one command; adapter and command share the driver, so the system is asked by one pool only. */
export async function openedSchool(
  declared: SchoolFile,
  options: { readonly address: SchoolAddress; readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<OpenedSchool> {
  const { address, timeoutMs, signal } = options;
  const institutionId = institutionIdOf(declared);
  const deliveries: DeliveryReport[] = [];
  const driver = createDriver(declared.driver, {
    institution: declared.institution.name,
    address,
    clock: systemClock,
    onDelivery: (report) => deliveries.push(report),
  });
  // A key of this process's own: nobody else can ask this adapter.
  const { signer, publicKeyPem } = await createSigner(undefined, systemClock);
  const adapter = createAdapter({
    school: { institutionId, name: declared.institution.name },
    mapping: declared.mapping,
    driver,
    verifier: await createVerifier([publicKeyPem as string], systemClock),
  });
  return {
    institutionId,
    declared,
    driver,
    deliveries,
    context: () => ({ signal, timeoutMs }),
    async ask(representations, selection) {
      return adapter.handle({
        query: `query ($representations: [_Any!]!) { _entities(representations: $representations) { ${selection} } }`,
        variables: { representations },
        assertion: await signer.sign(servicePrincipal('records'), adapterAudience(institutionId)),
        requestId: 'adapter-command',
        locale: 'en',
        deadline: systemClock.now().getTime() + timeoutMs,
        signal,
      });
    },
    close: () => adapter.stop(),
  };
}
