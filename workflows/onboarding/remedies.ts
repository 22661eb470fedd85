/** What the sender of a refused update can do, by the code of the refusal. Told in the failure that it gets. */
export const onboardingRemedies: Readonly<Record<string, string>> = {
  alreadyAnswered: 'that was answered before; nothing is to be done',
  coolingPeriod: 'the last application was rejected; apply again from the date in the code on',
  documentExpired: 'a document of the kind in the code has expired; send one that is still good',
  documentsUnnamed: 'the applicant has to be told what is missing; name the kinds of documents',
  nothingToAccept: 'no check has referred the application; retry, ask the applicant, or reject',
  nothingToDecide: 'nothing has brought the application to a person; reload it',
  nothingToKeep: 'no product was refused while another one is set up; retry, or reject',
  nothingToSettle: 'nothing was left undone that could be settled by hand; retry, or reject',
  referenceMissing: 'what was settled by hand needs the reference of its proof; add it',
  rejectionUnderWay: 'the application is rejected, and being taken back; retry, or settle by hand what could not be',
  unknownRequest: 'the application has asked for no such check; correct its ordinal',
};
