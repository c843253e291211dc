/** What the alliance may decide about the way in; every number is a proposal [P] until it does. */
export interface AdmissionRules {
  /**
   * Who makes a passed review an admission. Charter art. 14 names the standing council, art. 20 the review itself;
   * model.md section 9.1 settles it: the standing council, unless the alliance switches that off. When it is off,
   * concluding a passed review approves the case.
   */
  readonly approvalByStandingCouncil: boolean;
  /** The fewest experts of a review (charter art. 16 speaks of a committee of experts without a number). */
  readonly minimumExperts: number;
}

/** The rules unless the alliance decides otherwise. */
export const admissionRules: AdmissionRules = { approvalByStandingCouncil: true, minimumExperts: 3 };

/** The longest time that an applicant can be given for a supplement, in calendar days [P]. */
export const longestSupplementDays = 180;

/** The largest letter of application, in bytes: a scan of a few stamped pages. */
export const letterMaxBytes = 20 * 1024 * 1024;
