import type { ConformanceFixture } from './conformance-fixture.js';
import {
  ningxiaIndustryCollegeFixture,
  yinchuanSeniorUniversityFixture,
} from './fixtures/delivered-tables-fixture.js';
import { ningxiaPolytechnicFixture, realOneRosterFixture } from './fixtures/ningxia-polytechnic-fixture.js';
import { ningxiaUniversityFixture } from './fixtures/ningxia-university-fixture.js';
import { shanghaiLixinFixture } from './fixtures/shanghai-lixin-fixture.js';
import { turkuUasFixture } from './fixtures/turku-uas-fixture.js';
import { universityOfWarsawFixture } from './fixtures/university-of-warsaw-fixture.js';
import { restSchoolFixtures } from './fixtures/rest-schools-fixture.js';

/** Every adapter of the house over its fixture, and the drop driver over a real delivery. */
export async function conformanceFixtures(): Promise<ConformanceFixture[]> {
  return [
    await ningxiaUniversityFixture('POSTGRESQL'),
    await ningxiaUniversityFixture('MYSQL'),
    await ningxiaUniversityFixture('ORACLE'),
    await shanghaiLixinFixture(),
    ningxiaPolytechnicFixture,
    realOneRosterFixture,
    ningxiaIndustryCollegeFixture,
    yinchuanSeniorUniversityFixture,
    turkuUasFixture,
    universityOfWarsawFixture,
    ...restSchoolFixtures,
  ];
}
