/** What the sender of a refused update can do, by the code of the refusal. Told in the failure that it gets. */
export const orderRemedies: Readonly<Record<string, string>> = {
  alreadyAnswered: 'that was answered before; nothing is to be done',
  alreadyReturning: 'a return is under way; wait until it is inspected',
  cannotCancel: 'goods may have left; retry, or settle by hand, and take them back as a return',
  lineNotDelivered: 'a line was not delivered, or came back already; leave it out',
  lineTwice: 'a line is named twice; name it once',
  nothingAvailable: 'nothing of the order is there; wait, amend or cancel',
  nothingLacking: 'nothing is lacking; name another card, or cancel',
  nothingToSettle: 'nothing was left undone that could be settled by hand; retry, or cancel',
  otherCurrency: 'all amounts of an order are in one currency; correct it',
  otherLines: 'exactly the returned lines are inspected; name each once',
  refundTooHigh: 'it is more than was paid for the line; lower it',
  referenceMissing: 'what was settled by hand needs the reference of its proof; add it',
  returnTooLate: 'goods can be sent back for 30 days after their delivery; they were delivered before that',
  unknownShipment: 'the order has no such shipment; correct its id',
};
