/** wip */
export function wireContract(): string { return ''; }
