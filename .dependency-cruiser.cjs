/**
 * Who may import whom (docs: CONTRIBUTING.md, "The house"). Each rule says why it is there.
 * The parser is swc, because TypeScript 7 has no JavaScript interface that dependency-cruiser could use.
 */
const { Visitor } = require('@swc/core/Visitor.js');

// swc parses `using` and `await using`, but the visitor that dependency-cruiser walks with stops at them.
const { visitStatement } = Object.getOwnPropertyDescriptors(Visitor.prototype);
Visitor.prototype.visitStatement = function visitUsingToo(statement) {
  if (statement.type !== 'UsingDeclaration') return visitStatement.value.call(this, statement);
  return { ...statement, decls: this.visitVariableDeclarators(statement.decls) };
};

const rooms = '(institutions|outcomes|learners|agreements)';
/** What every adapter serves: the contract, how its errors are told, and where its SDL lies. */
const contract = '^subgraphs/records/(contract|error-report|asset)\\.ts$';
const orm = 'node_modules/@mikro-orm/';

/** Packages that wait, listen or remember; what is pure imports none of them. */
const impure = `${orm}|node_modules/(pg|mysql2|ioredis|undici|fastify|dataloader|pino)/|^(node:)?(fs|net|http|https|child_process|worker_threads|timers)(/|$)`;

module.exports = {
  forbidden: [
    {
      name: 'kit-base-stands-alone',
      comment:
        'kit/base is the ground floor: gateway, rooms and adapters stand on it, so it knows none of them.',
      severity: 'error',
      from: { path: '^subgraphs/kit/base/' },
      to: { path: '^(gateway|subgraphs|schema|test)/', pathNot: '^subgraphs/kit/base/' },
    },
    {
      name: 'kit-room-stands-on-base',
      comment: 'kit/room is what rooms share; a kit that knows a room can be used by that room only.',
      severity: 'error',
      from: { path: '^subgraphs/kit/room/' },
      to: { path: '^(gateway|subgraphs|schema|test)/', pathNot: '^subgraphs/kit/' },
    },
    {
      name: 'room-imports-only-the-kit',
      comment:
        'A room can be a process of its own. What it needs of another room it asks over the graph, ' +
        'what follows in another room it says in an event.',
      severity: 'error',
      from: { path: `^subgraphs/${rooms}/` },
      to: { path: '^(gateway|subgraphs|schema|test)/', pathNot: ['^subgraphs/$1/', '^subgraphs/kit/'] },
    },
    {
      name: 'records-knows-no-school',
      comment:
        'The records router reaches schools by their rows in the directory, so a school joins without a release.',
      severity: 'error',
      from: { path: '^subgraphs/records/' },
      to: { path: '^(gateway|subgraphs|schema|test)/', pathNot: ['^subgraphs/records/', '^subgraphs/kit/'] },
    },
    {
      name: 'adapters-kit-knows-no-driver',
      comment:
        'The kit of the adapters is common to all drivers and schools; of records it knows the contract that all serve.',
      severity: 'error',
      from: { path: '^subgraphs/adapters/kit/' },
      to: {
        path: '^(gateway|subgraphs|schema|test)/',
        pathNot: ['^subgraphs/adapters/kit/', '^subgraphs/kit/', contract],
      },
    },
    {
      name: 'driver-knows-no-school',
      comment:
        'A driver reaches a kind of system; what one school calls things stands in that school’s mapping.',
      severity: 'error',
      from: { path: '^subgraphs/adapters/drivers/' },
      to: {
        path: '^(gateway|subgraphs|schema|test)/',
        pathNot: ['^subgraphs/adapters/(kit|drivers)/', '^subgraphs/kit/'],
      },
    },
    {
      name: 'school-knows-no-other-school',
      comment:
        'A school is a mapping, a driver and fixtures; copying from a neighbour’s folder ties two schools together.',
      severity: 'error',
      from: { path: '^subgraphs/adapters/([^/]+)/', pathNot: '^subgraphs/adapters/(kit|drivers|commands)/' },
      to: {
        path: '^(gateway|subgraphs|schema|test)/',
        pathNot: ['^subgraphs/adapters/($1|kit|drivers)/', '^subgraphs/kit/', contract],
      },
    },
    {
      name: 'gateway-imports-kit-base-only',
      comment: 'The gateway runs in front of any Federation 2 supergraph, so it knows no subgraph of ours.',
      severity: 'error',
      from: { path: '^gateway/' },
      to: { path: '^(subgraphs|schema|test)/', pathNot: '^subgraphs/kit/base/' },
    },
    {
      name: 'nobody-imports-the-alliance',
      comment:
        'The alliance puts everything into one process; whoever imported it would drag in the whole house.',
      severity: 'error',
      from: { path: '^(gateway|subgraphs)/', pathNot: '^subgraphs/alliance/' },
      to: { path: '^subgraphs/alliance/' },
    },
    {
      name: 'nothing-imports-schema-scripts',
      comment: 'schema/ makes files out of the code; the code reads the files, never the scripts.',
      severity: 'error',
      from: { path: '^(gateway|subgraphs)/' },
      to: { path: '^schema/.*\\.ts$' },
    },
    {
      name: 'nothing-imports-tests',
      comment: 'What production needs does not lie under test/.',
      severity: 'error',
      from: { path: '^(gateway|subgraphs|schema)/' },
      to: { path: '^test/' },
    },
    {
      name: 'resolver-never-touches-the-orm',
      comment: 'A resolver is thin: rows are read by loaders and services, where policy is applied.',
      severity: 'error',
      from: { path: '\\.resolver\\.ts$' },
      to: { path: `${orm}|\\.entity\\.ts$|node_modules/(pg|mysql2)/` },
    },
    {
      name: 'policy-is-pure',
      comment: 'A policy decides from what it is given, so that it can be tested by tables and never waits.',
      severity: 'error',
      from: { path: '\\.policy\\.ts$' },
      to: { path: impure, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'mapping-is-pure',
      comment:
        'A mapping turns a school’s words into ours from what the driver read; it reaches nothing itself.',
      severity: 'error',
      from: { path: '^subgraphs/adapters/.*mapping[^/]*\\.ts$' },
      to: { path: `${impure}|^subgraphs/adapters/drivers/`, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'unit-test-imports-no-apollo-and-no-orm',
      comment: 'Unit tests spend their time on imports; what needs Apollo or the ORM is an end-to-end test.',
      severity: 'error',
      from: { path: '^test/.*\\.test\\.ts$', pathNot: '\\.(e2e|chaos|bench)\\.test\\.ts$' },
      to: {
        path: `${orm}|node_modules/@apollo/(server|gateway|composition|query-planner|subgraph)/`,
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'no-cycle',
      comment:
        'Two files that need each other at run time are one file, or a third is missing. Types may be circular.',
      severity: 'error',
      from: { path: '^(gateway|subgraphs|schema)/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-unresolvable',
      comment: 'An import that leads nowhere fails at run time, on somebody else’s machine.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-undeclared-package',
      comment:
        'What is imported is in package.json; what is only installed by accident goes with the next upgrade.',
      severity: 'error',
      from: { path: '^(gateway|subgraphs|schema)/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-development-package',
      comment: 'The image is installed without development packages; only schema scripts may use them.',
      severity: 'error',
      from: { path: '^(gateway|subgraphs)/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only', 'npm'] },
    },
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    // The peers of the bench are a package of their own and mostly not installed.
    exclude: { path: '^(dist|test/bench/peers)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
    },
  },
};
