/** First words of mutations: business steps. A status is never set; it follows from a step (convention 2). */
export const verbs: ReadonlySet<string> = new Set(
  (
    'accept acknowledge activate add admit adopt amend answer append apply appoint approve archive assign attach attest ' +
    'award begin bind book call cancel cast certify change claim clear close comment compare complete compute conclude ' +
    'confirm connect consume convert correct counter create decide declare decline delegate delete detach discard disconnect ' +
    'dismiss dispute drop edit elect enable end enrol enter establish exclude exempt expire export extend file finish forward ' +
    'freeze give grant hold import inspect invite issue join leave link list lock mark merge move nominate notify object ' +
    'open pause pay postpone prepare propose provide publish rate read recall recommend record refer refuse register ' +
    'reinstate reject release remind remove rename renew reopen replace report request resend resign resolve resume retire ' +
    'retract retry return review revise revoke rotate run save schedule seal second send settle share sign start stop ' +
    'submit supplement support suspend switch take terminate test transfer unfreeze unlink unlock unshare update upload verify vote ' +
    'waive withdraw write'
  ).split(' '),
);

/** First words of mutations that make something; a client repeats them after a lost answer. */
export const creatingVerbs: ReadonlySet<string> = new Set([
  'create',
  'submit',
  'open',
  'link',
  'import',
  'propose',
]);
