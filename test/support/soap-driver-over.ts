import { createSoapDriver } from '../../subgraphs/adapters/drivers/soap/soap-driver.js';
import { soapDriverSchema } from '../../subgraphs/adapters/drivers/soap/soap-schema.js';
import type { ReadContext, RecordsDriver } from '../../subgraphs/adapters/kit/driver.js';
import type { SchoolAddress } from '../../subgraphs/adapters/kit/driver-parts.js';
import { schoolNamed } from '../../subgraphs/adapters/schools.js';
import { FakeClock } from '../../subgraphs/kit/base/clock.js';
import { envelope, virtaAccount, type Misbehaviour } from './virta-service.js';

/** A national learner number by its last two digits. */
export const learner = (last: string): string => `1.2.246.562.24.000000000${last}`;

/** The driver as the school file declares it. */
export const declaredAtSchool = schoolNamed('turku-uas').driver as {
  readonly operations: Readonly<Record<string, object>>;
};

/** The school's driver over a service, some of its options declared otherwise. */
export function driverOver(
  { url }: { readonly url: string },
  options: Readonly<Record<string, unknown>> = {},
  address: SchoolAddress = {},
  clock = new FakeClock(),
): RecordsDriver & AsyncDisposable {
  const driver = createSoapDriver(soapDriverSchema.parse({ ...declaredAtSchool, ...options }), {
    institution: 'Turku UAS',
    address: { ...virtaAccount, url, ...address },
    clock,
  });
  return Object.assign(driver, { [Symbol.asyncDispose]: () => driver.stop() });
}

/** A reader with a minute's time. */
export const reader = (signal = new AbortController().signal): ReadContext => ({ signal, timeoutMs: 60_000 });

/** The envelope of an answer with something in it. */
export function answerOf(inside: string): string {
  return envelope(
    `<l:OpiskelijanKaikkiTiedotListaResponse xmlns:l="http://tietovaranto.csc.fi/luku">${inside}</l:OpiskelijanKaikkiTiedotListaResponse>`,
  );
}

/** The element of VIRTA around students. */
export function virta(students: string): string {
  return `<Virta xmlns="urn:mace:funet.fi:virta/2015/09/01">${students}</Virta>`;
}

/** What a service says it sends. */
export const xml = 'text/xml; charset=utf-8';

/** Answers every question with the same. */
export function send(status: number, type: string, body: string | Buffer, headers = {}): Misbehaviour {
  return (_, response) => void response.writeHead(status, { 'content-type': type, ...headers }).end(body);
}
