/**
 * Where a service that answers later sends its answer: an opaque reference that it returns as the `subject` of its callback.
 * The URL of the gateway is the service's own configuration, so that it never lies in a history.
 */
export interface CallbackTo {
  /** Workflow id of the entity, e.g. `claim/CLM-2012-000123`. */
  readonly reference: string;
}
