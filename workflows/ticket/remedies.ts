/** What the sender of a refused message can do, by the code of the refusal. Told in the failure that it gets. */
export const ticketRemedies: Readonly<Record<string, string>> = {
  expertMissing: 'a ticket is assigned to somebody; name the expert',
  neverWorkedOn: 'it ended before anybody was at work on it; submit a new ticket',
  nobodyAtWork: 'no expert has accepted it; assign one, or close it',
  notAwaited: 'nobody has asked a third party; nothing is to be done',
  notValidated: 'its support plan is not known yet; continue, and it is looked up again',
  otherAssignment: 'that assignment is answered, or over; nothing is to be done',
  otherResolution: 'the ticket was resolved again since; its own follow-up is awaited',
  samePriority: 'the ticket has that priority already; nothing is to be done',
};
