import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { schoolFixtures } from '../../subgraphs/adapters/schools.js';

/** The real WSDL and schemas of VIRTA, which do not travel with a clone. */
export const virtaFolder = join(
  process.env['AMRLO_SHARED_DATA'] ?? new URL('../../../shared/data', import.meta.url).pathname,
  'virta-soap',
);
/** Why the real files cannot be used here; undefined where they can. */
export const virtaAbsent = existsSync(join(virtaFolder, 'opiskelijatiedot.wsdl'))
  ? undefined
  : 'the WSDL and the schemas of VIRTA are not here';

/** The account that the service knows. */
export const virtaAccount = { clientId: 'amrlo', clientSecret: 'salaisuus & "avain" <1>' } as const;

/** A VIRTA service of the test's own. */
export interface VirtaService extends AsyncDisposable {
  readonly url: string;
  /** The bodies of all questions so far. */
  readonly questions: readonly string[];
  /** Connections that their client has closed before an answer was sent. */
  readonly hungUp: () => number;
}

/** What the service does with a question in place of answering it. */
export type Misbehaviour = (
  question: string,
  response: ServerResponse,
  properAnswer: string,
  request: IncomingMessage,
) => void;

/** The text of the invented people's records. */
export function virtaFixture(): string {
  return readFileSync(join(schoolFixtures('turku-uas'), 'virta.xml'), 'utf8');
}

const students = (): readonly string[] => virtaFixture().match(/<Opiskelija [^]*?<\/Opiskelija>/g) ?? [];

/** The answer of the real service to a question for several students: those that it knows, an empty list for none. */
export function virtaAnswer(question: string): string {
  const asked = [...question.matchAll(/Lista>([^<]+)<\//g)].map(([, number]) => number ?? '');
  const known = students().filter((student) =>
    asked.some((number) => student.includes(`<KansallinenOppijanumero>${number}<`)),
  );
  return envelope(
    `<l:OpiskelijanKaikkiTiedotListaResponse xmlns:l="http://tietovaranto.csc.fi/luku">` +
      `<Virta xmlns="urn:mace:funet.fi:virta/2015/09/01">${known.join('')}</Virta>` +
      `</l:OpiskelijanKaikkiTiedotListaResponse>`,
  );
}

/** An envelope of SOAP 1.1 around a body. */
export function envelope(body: string): string {
  return (
    '<?xml version="1.0" encoding="UTF-8"?>' +
    '<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"><SOAP-ENV:Header/>' +
    `<SOAP-ENV:Body>${body}</SOAP-ENV:Body></SOAP-ENV:Envelope>`
  );
}

/** Serves the invented people, and `?wsdl` where the real WSDL is here. */
export async function startVirtaService(misbehave?: Misbehaviour): Promise<VirtaService> {
  const questions: string[] = [];
  let hungUp = 0;
  const server = createServer((request, response) => {
    response.on('close', () => (hungUp += response.writableEnded ? 0 : 1));
    if (request.method === 'GET' && request.url?.endsWith('?wsdl') && virtaAbsent === undefined) {
      response.setHeader('content-type', 'text/xml; charset=utf-8');
      response.end(readFileSync(join(virtaFolder, 'opiskelijatiedot.wsdl')));
      return;
    }
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const question = Buffer.concat(parts).toString('utf8');
      questions.push(question);
      const isKnown = question.includes(`>${escaped(virtaAccount.clientSecret)}</luku:avain>`);
      const answer = isKnown ? virtaAnswer(question) : fault('SOAP-ENV:Client', 'Unknown caller 12345');
      if (misbehave) return misbehave(question, response, answer, request);
      response.writeHead(isKnown ? 200 : 500, { 'content-type': 'text/xml; charset=utf-8' }).end(answer);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/luku/OpiskelijanTiedot`,
    questions,
    hungUp: () => hungUp,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A fault of SOAP 1.1. */
export function fault(code: string, text: string): string {
  return envelope(
    `<SOAP-ENV:Fault><faultcode>${code}</faultcode><faultstring xml:lang="en">${text}</faultstring></SOAP-ENV:Fault>`,
  );
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
