import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import soap from 'soap';
import { readXml, type XmlElement } from '../../subgraphs/adapters/drivers/xml/xml-document.js';
import { defaultXmlLimits } from '../../subgraphs/adapters/drivers/xml/xml-fault.js';
import { elementsAt, parseXmlPath } from '../../subgraphs/adapters/drivers/xml/xml-path.js';
import { decodeXml } from '../../subgraphs/adapters/drivers/xml/xml-text.js';
import { readXsdSchema, type XsdSchema } from '../../subgraphs/adapters/drivers/xml/xsd-schema.js';
import { driverOver, learner, reader, send, xml } from '../support/soap-driver-over.js';
import {
  envelope,
  startVirtaService,
  virtaAbsent,
  virtaAnswer,
  virtaFixture,
  virtaFolder,
} from '../support/virta-service.js';

const virtaNamespace = 'urn:mace:funet.fi:virta/2015/09/01';
const serviceNamespace = 'http://tietovaranto.csc.fi/luku';

if (virtaAbsent !== undefined)
  process.stderr.write(`skipped: VIRTA by its own WSDL and schemas: ${virtaAbsent}\n`);
const describeWhereHere = virtaAbsent === undefined ? describe : describe.skip;

describeWhereHere('the VIRTA school, by the service’s own WSDL and schemas', () => {
  let folder: string;
  let messages: XsdSchema;
  let wsdl: string;

  beforeAll(async () => {
    wsdl = readFileSync(join(virtaFolder, 'opiskelijatiedot.wsdl'), 'utf8');
    folder = await mkdtemp(join(tmpdir(), 'amrlo-virta-'));
    const schemas = wsdl.match(/<xs:schema [^]*?<\/xs:schema>/g) ?? [];
    await Promise.all(schemas.map((schema, at) => writeFile(join(folder, `${at}.xsd`), schema)));
    messages = readXsdSchema(folder, serviceNamespace);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const bodyOf = (text: string): string =>
    /<(?:[\w-]+:)?Body>([^]*)<\/(?:[\w-]+:)?Body>/.exec(text)?.[1] ?? '';
  const declaring = (body: string): string =>
    body.replace(/^<([\w:]+)/, `<$1 xmlns:luku="${serviceNamespace}" xmlns:virta="${virtaNamespace}"`);

  test('has fixtures that the real schemas accept', async () => {
    const schema = readXsdSchema(virtaFolder, virtaNamespace);
    expect(
      await schema.validate([{ name: 'virta.xml', text: decodeXml(Buffer.from(virtaFixture())) }]),
    ).toEqual([]);
  });

  test('asks what the real WSDL declares', async () => {
    await using service = await startVirtaService();
    await using driver = driverOver(service);
    await driver.read('students', [learner('11'), learner('22')], reader());
    const text = declaring(bodyOf(service.questions[0] ?? ''));
    expect(text).toMatch(/^<luku:OpiskelijanKaikkiTiedotListaRequest /);
    expect(await messages.validate([{ name: 'question', text }])).toEqual([]);
    const wrong = text.replace('<luku:Kutsuja>', '<luku:Kutsuja><luku:x/>');
    expect(await messages.validate([{ name: 'question', text: wrong }])).toMatchObject([{ element: 'x' }]);
  });

  test('is answered in the tests as the real WSDL declares', async () => {
    const text = declaring(bodyOf(virtaAnswer(`<luku:Lista>${learner('11')}</luku:Lista>`)));
    expect(await messages.validate([{ name: 'answer', text }])).toEqual([]);
  });

  test('understands another maker’s server that is made of the real WSDL', async () => {
    const asked: unknown[] = [];
    const server = createServer();
    const answer = {
      $xml: bodyOf(virtaAnswer(`<luku:Lista>${learner('22')}</luku:Lista>`)).replace(
        /^<l:\w+ [^>]*>|<\/l:\w+>$/g,
        '',
      ),
    };
    const operations = {
      OpiskelijanKaikkiTiedotLista: (request: unknown) => {
        asked.push(request);
        return answer;
      },
    };
    soap.listen(server, '/luku', { OpiskelijanTiedotService: { OpiskelijanTiedotSoap11: operations } }, wsdl);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/luku`;
      await using driver = driverOver({ url });
      const rows = await driver.read('students', [learner('22'), learner('33')], reader());
      expect(rows.map((row) => row['name'])).toEqual(['Oskari Nieminen']);
      expect(asked).toMatchObject([
        {
          Kutsuja: { tunnus: 'amrlo', avain: 'salaisuus & "avain" <1>' },
          Hakuehdot: { kansallinenOppijanumeroLista: [learner('22'), learner('33')], organisaatio: '02536' },
        },
      ]);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  test('reads the sample answer of the service for one student', async () => {
    const sample = readFileSync(join(virtaFolder, 'OpitosuoritukseResponse.xml'), 'utf8');
    const inside = bodyOf(sample) || sample;
    const root: XmlElement = readXml(decodeXml(Buffer.from(inside.trim())), defaultXmlLimits);
    const path = parseXmlPath('v:Opintosuoritukset/v:Opintosuoritus', {
      prefixes: { v: virtaNamespace },
      unprefixed: '',
    });
    await using service = await startVirtaService(send(200, xml, envelope(inside)));
    await using driver = driverOver(service, {
      operations: {
        attainments: {
          request: {
            'luku:OpintosuorituksetRequest': {
              'luku:Hakuehdot': { 'luku:kansallinenOppijanumero': '{studentNumber}' },
            },
          },
          response: 'luku:OpintosuorituksetResponse',
        },
      },
      sources: {
        results: {
          operation: 'attainments',
          rows: 'Opintosuoritukset/Opintosuoritus',
          columns: {
            number: '{studentNumber}',
            key: '@avain',
            credits: 'Laajuus/Opintopiste',
            'grade.five': 'Arvosana/Viisiportainen',
          },
        },
      },
    });
    const rows = await driver.read('results', [learner('11')], reader());
    expect(rows).toHaveLength(elementsAt(root, path).length);
    expect(rows.length).toBeGreaterThan(20);
    expect(rows[0]).toEqual({ number: learner('11'), key: '1451865', credits: '5', 'grade.five': '4' });
    expect(rows.every((row) => /^\d/.test(row['credits'] ?? ''))).toBe(true);
  });
});
