import type { RoomFigures } from './collected-figures.js';

/** What is asked of each other room for the snapshot of a year; a room that gets figures gets an entry. */
export const roomFigures: readonly RoomFigures[] = [
  {
    room: 'learners',
    query: /* GraphQL */ `
      query FiguresToFreeze($dashboards: [_Any!]!) {
        _entities(representations: $dashboards) {
          ... on Dashboard {
            accounts {
              total {
                value
                suppressed
              }
              byState {
                state
                accounts {
                  value
                  suppressed
                }
              }
            }
            deposits {
              total
              byState {
                state
                deposits
              }
              byCategory {
                category
                deposits
                credits {
                  amount
                  scheme
                }
              }
              byAwardYear {
                year
                deposits
              }
            }
          }
        }
      }
    `,
  },
  {
    room: 'outcomes',
    query: /* GraphQL */ `
      query FiguresToFreeze($dashboards: [_Any!]!) {
        _entities(representations: $dashboards) {
          ... on Dashboard {
            outcomes {
              total
              byState {
                state
                outcomes
              }
              byKind {
                kind
                outcomes
              }
              byLevel {
                level
                outcomes
              }
              courses
              offeringsByYear {
                academicYear
                offerings
              }
            }
          }
        }
      }
    `,
  },
  {
    room: 'agreements',
    query: /* GraphQL */ `
      query FiguresToFreeze($dashboards: [_Any!]!) {
        _entities(representations: $dashboards) {
          ... on Dashboard {
            agreements {
              total
              byState {
                state
                agreements
              }
              expiringSoon
              pairsConnected
              consumption {
                scheme
                deposits
                consumed
                reserved
              }
            }
          }
        }
      }
    `,
  },
];
