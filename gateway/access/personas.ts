/** Whom one can be in a fleet on one's own machine. */

export interface Persona {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
}

/** Two supervisors: what one decided above authority, the other approves. */
export const PERSONAS: readonly Persona[] = [
  { id: 'vera', name: 'Vera, who looks', roles: ['viewer'] },
  { id: 'olaf', name: 'Olaf, adjuster', roles: ['operator'] },
  { id: 'sam', name: 'Sam, supervisor', roles: ['supervisor'] },
  { id: 'sue', name: 'Sue, supervisor', roles: ['supervisor'] },
  { id: 'call-centre', name: 'The call centre, a system', roles: ['service'] },
  { id: 'ada', name: 'Ada, who runs the fleet', roles: ['admin'] },
];
